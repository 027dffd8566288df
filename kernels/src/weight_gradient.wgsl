// Gradient of the cell's weights: inputs, hidden states and a one, transposed, times the gates' gradients. The long
// sum over steps and rows is cut into pieces that workgroups add by themselves: no atomics, the same bits every time.

@group(0) @binding(0) var<storage, read> inputs: array<f32>;
@group(0) @binding(1) var<storage, read> hidden: array<f32>;
@group(0) @binding(2) var<storage, read> gates: array<f32>;
@group(0) @binding(3) var<storage, read_write> pieces: array<vec4f>;

const CHUNK = 16u;
var<workgroup> rows: array<vec4f, CHUNK * {GROUPS}>;

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let j = lane % {HIDDEN};
  let mine = lane / {HIDDEN};
  let k0 = group.x * {GRADIENT_TILE};
  let start = group.y * {GRADIENT_ROWS};
  let end = min(start + {GRADIENT_ROWS}, {STEPS} * {BATCH});
//# each r 4
  var a$r = vec4f(0.0);
//# end
  for (var n0 = start; n0 < end; n0 += CHUNK) {
    for (var q = lane; q < CHUNK * {GROUPS}; q += 256u) {
      let n = n0 + q / {GROUPS};
      var four: vec4f;
//# each r 4
      {
        let k = k0 + q % {GROUPS} * 4u + $ru;
        if (k < {FEATURES}) {
          four[$r] = inputs[n * {FEATURES} + k];
        } else if (k < {FEATURES} + {HIDDEN}) {
          four[$r] = hidden[n * {HIDDEN} + k - {FEATURES}];
        } else if (k == {FEATURES} + {HIDDEN}) {
          four[$r] = 1.0;
        }
      }
//# end
      rows[q] = four;
    }
    workgroupBarrier();
    for (var q = 0u; q < CHUNK; q++) {
      let at = (n0 + q) * 4u * {HIDDEN} + j;
      let g = vec4f(gates[at], gates[at + {HIDDEN}], gates[at + 2u * {HIDDEN}], gates[at + 3u * {HIDDEN}]);
      let x = rows[q * {GROUPS} + mine];
//# each r 4
      a$r += x[$r] * g;
//# end
    }
    workgroupBarrier();
  }
  let k = k0 + mine * 4u;
  let out = group.y * {ROWS} * {HIDDEN};
//# each r 4
  if (k + $ru < {ROWS}) { pieces[out + (k + $ru) * {HIDDEN} + j] = a$r; }
//# end
}
