//! Shaders against their twins on the processor, and the network they make up against what it should be.
//!
//! Tests on a GPU use whatever adapter there is, a software one too. Without one they say so and pass, unless
//! `TILLCAST_REQUIRE_GPU=1` is set.
#![allow(missing_docs, reason = "tests")]

use tillcast::device::{Access, Case, Cases, Device, DeviceChoice, Kernel, Layout, Plan};
use tillcast::kernels::KERNELS;
use tillcast::work::Cancel;

type Outcome = Result<(), Box<dyn std::error::Error>>;

/// A GPU, or none with a loud word about it.
fn gpu() -> Result<Option<Device>, Box<dyn std::error::Error>> {
    let (device, info) = pollster::block_on(Device::start(DeviceChoice::Gpu));
    if device.is_gpu() {
        return Ok(Some(device));
    }
    if std::env::var("TILLCAST_REQUIRE_GPU").is_ok_and(|value| value == "1") {
        return Err(format!("a GPU is required here, and there is none ({})", info.reason).into());
    }
    println!("SKIPPED: no graphics adapter ({}); install a Vulkan driver such as mesa-vulkan-drivers", info.reason);
    Ok(None)
}

#[test]
fn every_shader_is_valid() -> Outcome {
    for (kernel, cases) in KERNELS {
        for case in cases() {
            let text = case.shape.shader(kernel.wgsl);
            let module = naga::front::wgsl::parse_str(&text)
                .map_err(|error| format!("{}: {}", kernel.name, error.emit_to_string(&text)))?;
            let mut validator =
                naga::valid::Validator::new(naga::valid::ValidationFlags::all(), naga::valid::Capabilities::empty());
            validator.validate(&module).map_err(|error| format!("{}: {error:?}", kernel.name))?;
            let buffers = module.global_variables.iter().filter(|(_, variable)| variable.binding.is_some()).count();
            assert_eq!(buffers, kernel.bindings.len(), "{} binds what its row says", kernel.name);
            assert!(buffers <= 8, "{} needs more buffers than every device has", kernel.name);
            let (x, y) = (kernel.groups)(&case.shape);
            assert!(x > 0 && y > 0 && x <= 65_535 && y <= 65_535, "{}", kernel.name);
        }
    }
    Ok(())
}

/// The first place where two results differ by more than the tolerance; not-a-number never passes.
fn first_difference(kernel: &Kernel, one: &[u32], other: &[u32]) -> Option<(usize, f32, f32)> {
    let (share, least) = kernel.tolerance;
    one.iter().zip(other).enumerate().find_map(|(place, (&a, &b))| {
        let (a, b) = (f32::from_bits(a), f32::from_bits(b));
        let near = (a - b).abs() <= share * a.abs().max(b.abs()).max(least);
        (a.to_bits() != b.to_bits() && !near).then_some((place, a, b))
    })
}

/// Runs a kernel on a case; all its buffers after it.
fn run(device: &Device, kernel: &'static Kernel, case: &Case) -> tillcast::Result<Vec<Vec<u32>>> {
    pollster::block_on(async {
        let layout = kernel
            .bindings
            .iter()
            .zip(&case.buffers)
            .fold(Layout::default(), |layout, (binding, words)| layout.with(binding.name, words.len()));
        let memory = device.allocate(&layout).await?;
        for (binding, words) in kernel.bindings.iter().zip(&case.buffers) {
            memory.write(binding.name, words)?;
        }
        let plan = memory.record(&Plan::default().call(kernel, case.shape)).await?;
        memory.run(&plan, 1, &Cancel::default()).await?;
        memory.read(&kernel.bindings.iter().map(|binding| binding.name).collect::<Vec<_>>()).await
    })
}

fn compare(gpu: &Device, kernel: &'static Kernel, twin: &'static Kernel, cases: Cases) -> Result<(), String> {
    let cpu = Device::Cpu(tillcast::device::Cpu);
    for case in cases() {
        let theirs = run(gpu, kernel, &case).map_err(|error| error.to_string())?;
        let ours = run(&cpu, twin, &case).map_err(|error| error.to_string())?;
        for ((binding, a), b) in kernel.bindings.iter().zip(&theirs).zip(&ours) {
            if let Some((place, a, b)) = first_difference(kernel, a, b) {
                return Err(format!(
                    "{}: {}[{place}] is {a} by the shader, {b} by its twin",
                    kernel.name, binding.name
                ));
            }
        }
        let written = kernel.bindings.iter().zip(&case.buffers).zip(&ours);
        for ((binding, before), after) in written.filter(|((binding, _), _)| binding.access == Access::Write) {
            if before == after {
                return Err(format!("{}: nothing was written to {}", kernel.name, binding.name));
            }
        }
    }
    Ok(())
}

#[test]
fn shaders_and_twins_agree() -> Outcome {
    let Some(gpu) = gpu()? else { return Ok(()) };
    let wrong: Vec<String> =
        KERNELS.iter().filter_map(|(kernel, cases)| compare(&gpu, kernel, kernel, *cases).err()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

/// A linear layer that forgets its bias, in its shader.
static FORGETFUL: Kernel = Kernel {
    name: "forgetful",
    wgsl: FORGETFUL_WGSL,
    cpu: |_, _| (),
    bindings: tillcast::kernels::LINEAR.bindings,
    groups: tillcast::kernels::LINEAR.groups,
    tolerance: tillcast::kernels::LINEAR.tolerance,
};

const FORGETFUL_WGSL: &str = "
@group(0) @binding(0) var<storage, read> weights: array<f32>;
@group(0) @binding(1) var<storage, read> hidden: array<f32>;
@group(0) @binding(2) var<storage, read> state: array<u32>;
@group(0) @binding(3) var<storage, read_write> answers: array<f32>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  if (i >= {HEAD_BATCH} * {OUTPUTS} || state[0] == 0xffffffffu) { return; }
  let h = (({STEPS} - {HEAD_STEPS} + 1u) * {BATCH} + i / {OUTPUTS}) * {HIDDEN};
  var sum = 0.0;
  for (var k = 0u; k < {HIDDEN}; k++) { sum += hidden[h + k] * weights[{CELL_WEIGHTS} + k * {OUTPUTS} + i % {OUTPUTS}]; }
  answers[i] = sum;
}";

#[test]
fn a_wrong_shader_is_found() -> Outcome {
    let Some(gpu) = gpu()? else { return Ok(()) };
    let linear = &tillcast::kernels::LINEAR;
    let (_, cases) = KERNELS.iter().find(|(kernel, _)| kernel.name == linear.name).ok_or("the head has no row")?;
    let found = compare(&gpu, &FORGETFUL, linear, *cases).err().unwrap_or_default();
    assert!(found.contains("answers"), "the comparison passed a shader without a bias: {found:?}");
    Ok(())
}

#[test]
fn the_comparison_sees_small_differences_and_what_is_no_number() {
    let kernel = &tillcast::kernels::LINEAR;
    let words = |values: [f32; 3]| values.map(f32::to_bits);
    let right = words([1.0, 100.0, 0.0]);
    assert!(first_difference(kernel, &right, &words([1.000_001, 100.0005, 1e-6])).is_none());
    assert_eq!(first_difference(kernel, &right, &words([1.001, 100.0, 0.0])).map(|found| found.0), Some(0));
    assert_eq!(first_difference(kernel, &right, &words([1.0, 100.0, f32::NAN])).map(|found| found.0), Some(2));
    assert_eq!(first_difference(kernel, &right, &words([1.0, 100.01, 0.0])).map(|found| found.0), Some(1));
}
