// The head: answers are the hidden states of the last steps, some dropped while training, times the head's weights.

@group(0) @binding(0) var<storage, read> weights: array<f32>;
@group(0) @binding(1) var<storage, read> hidden: array<f32>;
@group(0) @binding(2) var<storage, read> state: array<u32>;
@group(0) @binding(3) var<storage, read_write> answers: array<f32>;

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

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  if (i >= {HEAD_BATCH} * {OUTPUTS}) { return; }
  let row = i / {OUTPUTS};
  let q = i % {OUTPUTS};
  let h = (({STEPS} - {HEAD_STEPS} + 1u) * {BATCH} + row) * {HIDDEN};
  let step = state[0] ^ state[1];
  var sum = weights[{CELL_WEIGHTS} + {HIDDEN} * {OUTPUTS} + q];
  for (var k = 0u; k < {HIDDEN}; k++) {
    sum += hidden[h + k] * keep(step, row, k) * weights[{CELL_WEIGHTS} + k * {OUTPUTS} + q];
  }
  answers[i] = sum;
}
