// Cuts windows out of the resident panel and makes the network's inputs and targets of them.
// A window is a series and an origin: steps before the origin are history, steps from it on are answered.

@group(0) @binding(0) var<storage, read> state: array<u32>;
@group(0) @binding(1) var<storage, read> table: array<u32>;
@group(0) @binding(2) var<storage, read> windows: array<u32>;
@group(0) @binding(3) var<storage, read> panel: array<f32>;
@group(0) @binding(4) var<storage, read> scales: array<f32>;
@group(0) @binding(5) var<storage, read> calendar: array<f32>;
@group(0) @binding(6) var<storage, read_write> inputs: array<f32>;
@group(0) @binding(7) var<storage, read_write> targets: array<vec2f>;

const STRIDE = 1u + {PLANNED};
const MISSING = -1e30f;

fn pcg(value: u32) -> u32 {
  let s = value * 747796405u + 2891336453u;
  let w = ((s >> ((s >> 28u) + 4u)) ^ s) * 277803737u;
  return (w >> 22u) ^ w;
}

struct Window { series: u32, origin: i32, limit: i32 }

fn window(row: u32) -> Window {
  var found: Window;
  if ({SAMPLED} == 1u) {
    let draw = pcg(state[1] + pcg(state[0] * {BATCH} + row));
    found.series = windows[draw % state[4]];
    let entry = found.series * 8u;
    found.origin = i32(table[entry + 3u] + pcg(draw) % table[entry + 4u]);
    found.limit = i32(table[entry + 5u]);
  } else {
    found.series = windows[row * 3u];
    found.origin = i32(windows[row * 3u + 1u]);
    found.limit = i32(windows[row * 3u + 2u]);
  }
  return found;
}

fn value(offset: u32, at: i32, end: i32) -> f32 {
  if (at < 0 || at >= end) { return 2.0 * MISSING; }
  return panel[(offset + u32(at)) * STRIDE];
}

fn base(offset: u32, w: Window, step: i32, seasons: u32, level: f32) -> f32 {
  var sum = 0.0;
  var count = 0.0;
  let back = (step / i32({SEASON}) + 1) * i32({SEASON});
  for (var k = 0u; k < seasons; k++) {
    let v = value(offset, w.origin + step - back - i32(k * {SEASON}), w.origin);
    if (v > MISSING) { sum += v; count += 1.0; }
  }
  if (count > 0.0) { return sum / count; }
  return level;
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  if (i < {STEPS} * {BATCH}) {
    let row = i % {BATCH};
    let w = window(row);
    let entry = w.series * 8u;
    let offset = table[entry];
    let s = (offset + u32(w.origin)) * 5u;
    let level = scales[s];
    let inverse = scales[s + 1u];
    let step = i32(i / {BATCH}) - i32({ENCODER});
    let at = w.origin + step;
    let out = i * {FEATURES};
    let future = step >= 0;
    let v = value(offset, at, select(at + 1, w.origin, future));
    let observed = v > MISSING && at < i32(table[entry + 1u]) && !future;
    inputs[out] = select(0.0, (v - level) * inverse, observed);
    inputs[out + 1u] = select(0.0, 1.0, observed);
    inputs[out + 2u] = select(0.0, 1.0, future);
    var back = i32({SEASON});
    if (future) { back = (step / back + 1) * back; }
    let lag = value(offset, at - back, w.origin);
    inputs[out + 3u] = select(0.0, (lag - level) * inverse, lag > MISSING);
    var long = 2.0 * MISSING;
    if ({LONG_SEASON} > 0u) {
      var far = i32({LONG_SEASON});
      if (future) { far = (step / far + 1) * far; }
      long = value(offset, at - far, w.origin);
    }
    inputs[out + 4u] = select(0.0, (long - level) * inverse, long > MISSING);
    inputs[out + 5u] = 0.0;
    if (future) { inputs[out + 5u] = (base(offset, w, step, table[entry + 6u], level) - level) * inverse; }
    inputs[out + 6u] = scales[s + 3u];
    inputs[out + 7u] = scales[s + 4u];
    let day = (table[entry + 2u] + u32(max(at, 0))) * {CALENDAR};
    for (var c = 0u; c < {CALENDAR}; c++) {
      inputs[out + 8u + c] = select(0.0, calendar[day + c], at >= 0);
    }
    for (var p = 0u; p < {PLANNED}; p++) {
      var now = 0.0;
      var before = 0.0;
      if (at >= 0) { now = panel[(offset + u32(at)) * STRIDE + 1u + p]; }
      if (at - back >= 0) { before = panel[(offset + u32(at - back)) * STRIDE + 1u + p]; }
      inputs[out + 8u + {CALENDAR} + p] = now;
      inputs[out + 8u + {CALENDAR} + {PLANNED} + p] = now - before;
    }
  }
  if (i < {HEAD_BATCH} * {TARGETS}) {
    let row = i / {TARGETS};
    let w = window(row % {BATCH});
    let entry = w.series * 8u;
    let offset = table[entry];
    let s = (offset + u32(w.origin)) * 5u;
    let step = i32(row / {BATCH} * {TARGETS} + i % {TARGETS});
    let v = value(offset, w.origin + step, w.limit);
    let known = v > MISSING;
    let b = base(offset, w, step, table[entry + 6u], scales[s]);
    targets[i] = vec2f(select(0.0, (v - b) * scales[s + 2u], known), select(0.0, 1.0, known));
  }
}
