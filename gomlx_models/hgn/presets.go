package hgn

import (
	"maps"
	"slices"
	"strings"

	"hgn.local/gomlx_models/params"
)

// Quick returns the quickstart's parameters: training takes less than two and a half minutes on two cores.
func Quick() Params {
	return Params{
		Preset: "quick", Seed: 1,
		Latent: "auto", Constant: inferredConstant, Hamiltonian: AutoHamiltonian, Kinetic: "quadratic", EnergyHidden: []int{64, 64}, Products: true, Integrator: "leapfrog", Friction: noFriction, Dynamics: hamiltonian,
		Anchor: "middle", Architecture: "dense", FPsi: true,
		Pool: 4, FrameFeatures: 32, EncoderHidden: []int{128}, Z: 32, StateHidden: []int{128}, DecoderHidden: []int{64, 128},
		Reconstruction: 1000, Beta: 1e-4, Moments: 3, DecodedFrames: 4, Sharpen: 0.4, Reversal: 0.5,
		Steps: 1400, Batch: 32, LearningRate: 3e-3, Beta2: 0.99, WarmUp: 0.02, Schedule: "cosine", ClipNorm: AutoClip,
		Curriculum: []Stage{{3, 0.12}, {7, 0.22}, {11, 0.36}},
		Refine:     3, Restarts: 6,
	}
}

// CPU returns the parameters of a larger model: training takes about six minutes on two cores.
func CPU() Params {
	p := Quick()
	p.Preset = "cpu"
	p.StateHidden, p.DecoderHidden = []int{128}, []int{128, 256}
	p.Pool, p.FrameFeatures, p.EncoderHidden = 2, 64, []int{256}
	p.Steps, p.Batch, p.LearningRate = 1500, 64, 2e-3
	return p
}

// Paper returns the parameters of the paper's model, for frames of 64 pixels: its architecture, inference and
// objective. Choices that the paper leaves open follow its author and the ReScience reproduction (Balsells Rodas,
// Canal Anton and Taschin 2021). The model is meant for an accelerator. The number of steps, five times through
// 50 000 videos, is our choice: the paper does not state it.
//
// Geco is κ, the error to which training is driven. The author used 1e-3, 1e-4 or 1e-5, by data set, and did not
// publish which belongs to which. The errors in the paper's Table 1 are between 3.8e-4 and 7.9e-4 for all four
// systems, so 1e-4 is the largest of the three that lets a model reach them.
//
// With Geco = 0 the model is trained on the paper's ELBO, the mean log-likelihood of a frame minus
// KL(q(z|x) || N(0, 1)). Pixels are normal about the decoder's, with the variance κ = 1e-4 that GECO would reach.
// Divided by the weight of the MSE, which is pixels / 2κ there and Reconstruction here, the KL divergence has the
// weight Beta = Reconstruction · 2κ / pixels.
func Paper() Params {
	return Params{
		Preset: "paper", Seed: 1,
		Latent: "auto", Constant: inferredConstant, Hamiltonian: "separable", Kinetic: "mlp", EnergyHidden: []int{64}, Integrator: "leapfrog", Friction: noFriction, Dynamics: hamiltonian,
		Anchor: "first", Architecture: "conv", FPsi: true,
		Filters: 64, Pool: 1, FrameFeatures: 1, Z: 1, // the convolutional networks do not use the last two
		Reconstruction: 1000, Beta: 1.6e-5, Geco: 1e-4, DecodedFrames: 30,
		Steps: 15625, Batch: 16, LearningRate: 1.5e-4, Beta2: 0.999, Schedule: "constant", ClipNorm: AutoClip,
	}
}

// Paper32 returns Paper for frames of 32 pixels, as in the ReScience reproduction.
func Paper32() Params {
	p := Paper()
	p.Preset, p.Beta = "paper32", 6.5e-5 // for a quarter of the pixels
	return p
}

// maxProducts bounds the number of features whose products V may see.
const maxProducts = 32

// presets maps names to presets.
var presets = map[string]func() Params{"quick": Quick, "cpu": CPU, "paper32": Paper32, "paper": Paper}

// Preset returns the parameters of the preset called name.
func Preset(name string) (Params, error) {
	if f, ok := presets[name]; ok {
		return f(), nil
	}
	return Params{}, params.Errorf("unknown preset %q: choose one of %s", name, strings.Join(slices.Sorted(maps.Keys(presets)), ", "))
}
