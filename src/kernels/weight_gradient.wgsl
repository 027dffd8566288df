// Gradient of the cell's weights: inputs, hidden states and a one, transposed, times the gates' gradients. The long
// sum over steps and rows is cut into pieces that workgroups add by themselves: no atomics, the same bits every time.

@group(0) @binding(0) var<storage, read> inputs: array<f32>;
@group(0) @binding(1) var<storage, read> hidden: array<f32>;
@group(0) @binding(2) var<storage, read> gates: array<f32>;
@group(0) @binding(3) var<storage, read_write> pieces: array<vec4f>;

const CHUNK = 16u;
var<workgroup> rows: array<f32, CHUNK * {GRADIENT_TILE}>;

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let j = lane % {HIDDEN};
  let mine = (lane / {HIDDEN}) * 4u;
  let k0 = group.x * {GRADIENT_TILE};
  let start = group.y * {GRADIENT_ROWS};
  let end = min(start + {GRADIENT_ROWS}, {STEPS} * {BATCH});
//# each r 4
  var a$r = vec4f(0.0);
//# end
  for (var n0 = start; n0 < end; n0 += CHUNK) {
    for (var q = lane; q < CHUNK * {GRADIENT_TILE}; q += 256u) {
      let n = n0 + q / {GRADIENT_TILE};
      let k = k0 + q % {GRADIENT_TILE};
      var v = 0.0;
      if (k < {FEATURES}) {
        v = inputs[n * {FEATURES} + k];
      } else if (k < {FEATURES} + {HIDDEN}) {
        v = hidden[n * {HIDDEN} + k - {FEATURES}];
      } else if (k == {FEATURES} + {HIDDEN}) {
        v = 1.0;
      }
      rows[q] = v;
    }
    workgroupBarrier();
    for (var q = 0u; q < CHUNK; q++) {
      let at = (n0 + q) * 4u * {HIDDEN} + j;
      let g = vec4f(gates[at], gates[at + {HIDDEN}], gates[at + 2u * {HIDDEN}], gates[at + 3u * {HIDDEN}]);
      let x = q * {GRADIENT_TILE} + mine;
//# each r 4
      a$r += rows[x + $ru] * g;
//# end
    }
    workgroupBarrier();
  }
  let k = k0 + mine;
  let out = group.y * {ROWS} * {HIDDEN};
//# each r 4
  if (k + $ru < {ROWS}) { pieces[out + (k + $ru) * {HIDDEN} + j] = a$r; }
//# end
}
