// Backwards through the head: gradients of the hidden states, and of the head's weights in pieces of some rows each.

@group(0) @binding(0) var<storage, read> weights: array<f32>;
@group(0) @binding(1) var<storage, read> hidden: array<f32>;
@group(0) @binding(2) var<storage, read> answer_gradient: array<f32>;
@group(0) @binding(3) var<storage, read> state: array<u32>;
@group(0) @binding(4) var<storage, read_write> hidden_gradient: array<f32>;
@group(0) @binding(5) var<storage, read_write> head_pieces: array<f32>;

var<workgroup> shared_hidden: array<f32, {HEAD_ROWS} * {HIDDEN}>;
var<workgroup> shared_gradient: array<f32, {HEAD_ROWS} * {OUTPUTS}>;

fn pcg(value: u32) -> u32 {
  let s = value * 747796405u + 2891336453u;
  let w = ((s >> ((s >> 28u) + 4u)) ^ s) * 277803737u;
  return (w >> 22u) ^ w;
}

fn keep(step: u32, row: u32, k: u32) -> f32 {
  if ({DROPOUT} == 0u) { return 1.0; }
  let draw = pcg(pcg(step) + row * {HIDDEN} + k) % 1000u;
  return select(0.0, 1000.0 / f32(1000u - {DROPOUT}), draw >= {DROPOUT});
}

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let first = group.x * {HEAD_ROWS};
  let step = state[0] ^ state[1];
  for (var i = lane; i < {HEAD_ROWS} * {OUTPUTS}; i += 256u) {
    shared_gradient[i] = answer_gradient[first * {OUTPUTS} + i];
  }
  workgroupBarrier();
  let h = (({STEPS} - {HEAD_STEPS} + 1u) * {BATCH} + first) * {HIDDEN};
  for (var i = lane; i < {HEAD_ROWS} * {HIDDEN}; i += 256u) {
    let row = i / {HIDDEN};
    let k = i % {HIDDEN};
    let kept = keep(step, first + row, k);
    shared_hidden[i] = hidden[h + i] * kept;
    var sum = 0.0;
    for (var q = 0u; q < {OUTPUTS}; q++) {
      sum += shared_gradient[row * {OUTPUTS} + q] * weights[{CELL_WEIGHTS} + k * {OUTPUTS} + q];
    }
    hidden_gradient[first * {HIDDEN} + i] = sum * kept;
  }
  workgroupBarrier();
  for (var i = lane; i < {HEAD_WEIGHTS}; i += 256u) {
    let k = i / {OUTPUTS};
    let q = i % {OUTPUTS};
    var sum = 0.0;
    for (var row = 0u; row < {HEAD_ROWS}; row++) {
      var x = 1.0;
      if (k < {HIDDEN}) { x = shared_hidden[row * {HIDDEN} + k]; }
      sum += x * shared_gradient[row * {OUTPUTS} + q];
    }
    head_pieces[group.x * {HEAD_WEIGHTS} + i] = sum;
  }
}
