// All time steps of the LSTM in one dispatch. A workgroup holds some rows of the batch; a thread owns one unit's four
// gates for a few rows, so that the cell stays in registers and only the hidden state is shared, one barrier a step.

@group(0) @binding(0) var<storage, read> weights: array<vec4f>;
@group(0) @binding(1) var<storage, read> inputs: array<f32>;
@group(0) @binding(2) var<storage, read_write> gates: array<f32>;
@group(0) @binding(3) var<storage, read_write> hidden: array<f32>;
@group(0) @binding(4) var<storage, read_write> cells: array<f32>;

// Two copies of each: while one step is read, the next is written.
var<workgroup> shared_hidden: array<f32, 2u * {FORWARD_ROWS} * {HIDDEN}>;
var<workgroup> shared_inputs: array<f32, 2u * {FORWARD_ROWS} * {FEATURES}>;

fn sigmoid(x: f32) -> f32 { return 1.0 / (1.0 + exp(-x)); }
fn hyperbolic(x: f32) -> f32 { let e = exp(-2.0 * abs(x)); return sign(x) * (1.0 - e) / (1.0 + e); }

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let j = lane % {HIDDEN};
  let first = (lane / {HIDDEN}) * {FORWARD_EACH};
  let b0 = group.x * {FORWARD_ROWS};
  let bias = weights[({FEATURES} + {HIDDEN}) * {HIDDEN} + j];
//# each r FORWARD_EACH
  var c$r = 0.0;
  shared_hidden[(first + $ru) * {HIDDEN} + j] = 0.0;
  hidden[(b0 + first + $ru) * {HIDDEN} + j] = 0.0;
  cells[(b0 + first + $ru) * {HIDDEN} + j] = 0.0;
//# end
  for (var t = 0u; t < {STEPS}; t++) {
    let half = t & 1u;
    let xs = half * {FORWARD_ROWS} * {FEATURES};
    for (var q = lane; q < {FORWARD_ROWS} * {FEATURES}; q += 256u) {
      shared_inputs[xs + q] = inputs[(t * {BATCH} + b0) * {FEATURES} + q];
    }
    workgroupBarrier();
//# each r FORWARD_EACH
    var a$r = bias;
//# end
    for (var f = 0u; f < {FEATURES}; f++) {
      let w = weights[f * {HIDDEN} + j];
//# each r FORWARD_EACH
      a$r += shared_inputs[xs + (first + $ru) * {FEATURES} + f] * w;
//# end
    }
    let hs = half * {FORWARD_ROWS} * {HIDDEN} + first * {HIDDEN};
    for (var k = 0u; k < {HIDDEN}; k += 4u) {
      let w0 = weights[({FEATURES} + k) * {HIDDEN} + j];
      let w1 = weights[({FEATURES} + k + 1u) * {HIDDEN} + j];
      let w2 = weights[({FEATURES} + k + 2u) * {HIDDEN} + j];
      let w3 = weights[({FEATURES} + k + 3u) * {HIDDEN} + j];
//# each r FORWARD_EACH
      { let q = hs + $ru * {HIDDEN} + k; a$r += shared_hidden[q] * w0 + shared_hidden[q + 1u] * w1 + shared_hidden[q + 2u] * w2 + shared_hidden[q + 3u] * w3; }
//# end
    }
    let next = (1u - half) * {FORWARD_ROWS} * {HIDDEN} + first * {HIDDEN};
//# each r FORWARD_EACH
    {
      let i = sigmoid(a$r.x);
      let f = sigmoid(a$r.y);
      let g = hyperbolic(a$r.z);
      let o = sigmoid(a$r.w);
      c$r = f * c$r + i * g;
      let h = o * hyperbolic(c$r);
      shared_hidden[next + $ru * {HIDDEN} + j] = h;
      let n = t * {BATCH} + b0 + first + $ru;
      let at = n * 4u * {HIDDEN} + j;
      gates[at] = i;
      gates[at + {HIDDEN}] = f;
      gates[at + 2u * {HIDDEN}] = g;
      gates[at + 3u * {HIDDEN}] = o;
      hidden[(n + {BATCH}) * {HIDDEN} + j] = h;
      cells[(n + {BATCH}) * {HIDDEN} + j] = c$r;
    }
//# end
  }
}
