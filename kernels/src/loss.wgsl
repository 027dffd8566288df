// Pinball loss over the levels, or squared error, with weights; writes the answers' gradients and adds loss and weight
// to the workgroup's own place, so that an epoch's sum needs no atomics and no reading in between.

@group(0) @binding(0) var<storage, read> answers: array<f32>;
@group(0) @binding(1) var<storage, read> targets: array<vec2f>;
@group(0) @binding(2) var<storage, read> levels: array<f32>;
@group(0) @binding(3) var<storage, read_write> answer_gradient: array<f32>;
@group(0) @binding(4) var<storage, read_write> losses: array<vec2f>;

var<workgroup> sums: array<vec2f, 64>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = group.x * 64u + lane;
  var sum = vec2f(0.0);
  if (row < {HEAD_BATCH}) {
    let share = 1.0 / f32({HEAD_BATCH} * {OUTPUTS});
    for (var q = 0u; q < {OUTPUTS}; q++) {
      var known: vec2f;
      if ({QUANTILES} == 1u) { known = targets[row]; } else { known = targets[row * {TARGETS} + q]; }
      let difference = known.x - answers[row * {OUTPUTS} + q];
      var one = difference * difference;
      var slope = -2.0 * difference;
      if ({QUANTILES} == 1u) {
        let level = levels[q];
        one = 2.0 * max(level * difference, (level - 1.0) * difference);
        slope = select(2.0 - 2.0 * level, -2.0 * level, difference > 0.0);
      }
      answer_gradient[row * {OUTPUTS} + q] = slope * known.y * share;
      sum += vec2f(one * known.y, known.y);
    }
  }
  sums[lane] = sum;
  workgroupBarrier();
  if (lane == 0u) {
    var all = losses[group.x];
    for (var k = 0u; k < 64u; k++) { all += sums[k]; }
    losses[group.x] = all;
  }
}
