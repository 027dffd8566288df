// All time steps of the LSTM backwards in one dispatch: the gates are overwritten by the gradients of what stood
// before their activation. A thread owns one unit of a few rows; two barriers a step.

@group(0) @binding(0) var<storage, read> transposed: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> gates: array<f32>;
@group(0) @binding(2) var<storage, read> cells: array<f32>;
@group(0) @binding(3) var<storage, read> hidden_gradient: array<f32>;

var<workgroup> shared_gradient: array<vec4f, {BACKWARD_ROWS} * {HIDDEN}>;

fn hyperbolic(x: f32) -> f32 { let e = exp(-2.0 * abs(x)); return sign(x) * (1.0 - e) / (1.0 + e); }

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let j = lane % {HIDDEN};
  let first = (lane / {HIDDEN}) * {BACKWARD_EACH};
  let b0 = group.x * {BACKWARD_ROWS} + first;
//# each r BACKWARD_EACH
  var dh$r = 0.0;
  var dc$r = 0.0;
//# end
  for (var back = 0u; back < {STEPS}; back++) {
    let t = {STEPS} - 1u - back;
//# each r BACKWARD_EACH
    {
      let n = t * {BATCH} + b0 + $ru;
      if (back < {HEAD_STEPS}) {
        dh$r += hidden_gradient[(({HEAD_STEPS} - 1u - back) * {BATCH} + b0 + $ru) * {HIDDEN} + j];
      }
      let at = n * 4u * {HIDDEN} + j;
      let i = gates[at];
      let f = gates[at + {HIDDEN}];
      let g = gates[at + 2u * {HIDDEN}];
      let o = gates[at + 3u * {HIDDEN}];
      let before = cells[n * {HIDDEN} + j];
      let tc = hyperbolic(cells[(n + {BATCH}) * {HIDDEN} + j]);
      let dc = dc$r + dh$r * o * (1.0 - tc * tc);
      let d = vec4f(dc * g * i * (1.0 - i), dc * before * f * (1.0 - f), dc * i * (1.0 - g * g), dh$r * tc * o * (1.0 - o));
      dc$r = dc * f;
      gates[at] = d.x;
      gates[at + {HIDDEN}] = d.y;
      gates[at + 2u * {HIDDEN}] = d.z;
      gates[at + 3u * {HIDDEN}] = d.w;
      shared_gradient[(first + $ru) * {HIDDEN} + j] = d;
    }
//# end
    workgroupBarrier();
//# each r BACKWARD_EACH
    var a$r = 0.0;
//# end
    for (var k = 0u; k < {HIDDEN}; k++) {
      let w = transposed[k * {HIDDEN} + j];
//# each r BACKWARD_EACH
      a$r += dot(w, shared_gradient[(first + $ru) * {HIDDEN} + k]);
//# end
    }
//# each r BACKWARD_EACH
    dh$r = a$r;
//# end
    workgroupBarrier();
  }
}
