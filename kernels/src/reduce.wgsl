// Adds the pieces of all gradients, measures them for clipping, and moves the step on.

@group(0) @binding(0) var<storage, read> pieces: array<f32>;
@group(0) @binding(1) var<storage, read> head_pieces: array<f32>;
@group(0) @binding(2) var<storage, read_write> gradient: array<f32>;
@group(0) @binding(3) var<storage, read_write> norms: array<f32>;
@group(0) @binding(4) var<storage, read_write> state: array<u32>;

var<workgroup> squares: array<f32, 64>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = group.x * 64u + lane;
  var sum = 0.0;
  if (i < {CELL_WEIGHTS}) {
    for (var p = 0u; p < {PIECES}; p++) { sum += pieces[p * {CELL_WEIGHTS} + i]; }
  } else if (i < {WEIGHTS}) {
    for (var p = 0u; p < {HEAD_PIECES}; p++) { sum += head_pieces[p * {HEAD_WEIGHTS} + i - {CELL_WEIGHTS}]; }
  }
  if (i < {WEIGHTS}) { gradient[i] = sum; }
  squares[lane] = sum * sum;
  workgroupBarrier();
  if (lane == 0u) {
    var all = 0.0;
    for (var k = 0u; k < 64u; k++) { all += squares[k]; }
    norms[group.x] = all;
    if (group.x == 0u) { state[0] += 1u; }
  }
}
