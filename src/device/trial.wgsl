// A sum through workgroup memory and an exponential, whose results are known.

@group(0) @binding(0) var<storage, read_write> numbers: array<f32>;

var<workgroup> copy: array<f32, 64>;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) lane: u32) {
  copy[lane] = numbers[lane];
  workgroupBarrier();
  numbers[lane] = exp(-copy[lane] / 8.0) + copy[lane] * copy[63u - lane];
}
