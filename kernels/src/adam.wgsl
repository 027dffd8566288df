// Adam (Kingma and Ba, 2015) with the gradient's norm clipped and decoupled weight decay (Loshchilov and Hutter, 2019);
// refreshes the transposed copy that the backward pass reads.

@group(0) @binding(0) var<storage, read_write> weights: array<f32>;
@group(0) @binding(1) var<storage, read_write> moments: array<f32>;
@group(0) @binding(2) var<storage, read_write> transposed: array<f32>;
@group(0) @binding(3) var<storage, read> gradient: array<f32>;
@group(0) @binding(4) var<storage, read> norms: array<f32>;
@group(0) @binding(5) var<storage, read> state: array<u32>;

var<workgroup> sums: array<f32, 64>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  var sum = 0.0;
  for (var k = lane; k < {WEIGHT_GROUPS}; k += 64u) { sum += norms[k]; }
  sums[lane] = sum;
  workgroupBarrier();
  var norm = 0.0;
  for (var k = 0u; k < 64u; k++) { norm += sums[k]; }
  norm = sqrt(norm);
  let i = group.x * 64u + lane;
  if (i >= {WEIGHTS}) { return; }
  let rate = bitcast<f32>(state[2]);
  let clip = bitcast<f32>(state[3]);
  let g = gradient[i] * select(1.0, clip / norm, norm > clip);
  let step = f32(state[0]);
  let m = 0.9 * moments[i] + 0.1 * g;
  let v = 0.999 * moments[{WEIGHTS} + i] + 0.001 * g * g;
  moments[i] = m;
  moments[{WEIGHTS} + i] = v;
  // 1 - β^n without a power function, whose precision differs between devices.
  let first = 1.0 - exp2(step * -0.15200309344504995);
  let second = 1.0 - exp2(step * -0.0014434168696687186);
  let w = weights[i] - rate * (m / first / (sqrt(v / second) + 1e-8) + bitcast<f32>(state[5]) * weights[i]);
  weights[i] = w;
  let row = i / (4u * {HIDDEN});
  if (i < {CELL_WEIGHTS} && row >= {FEATURES} && row < {FEATURES} + {HIDDEN}) {
    let unit = i / 4u % {HIDDEN};
    transposed[(unit * {HIDDEN} + row - {FEATURES}) * 4u + i % 4u] = w;
  }
}
