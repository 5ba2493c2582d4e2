package bijection

import (
	"math"

	"hgn.local/gomlx_models/fit"
	"hgn.local/gomlx_models/params"
)

// Optimisation holds the parameters of a training. The models embed it in theirs.
type Optimisation struct {
	Steps        int     `json:"steps"`
	Batch        int     `json:"batch"`         // points per step
	LearningRate float64 `json:"learning_rate"` // Adam's peak learning rate
	Beta2        float64 `json:"beta2"`         // Adam's decay of the second moments
	WarmUp       float64 `json:"warm_up"`       // share of the steps in which the rate rises from 0; then it falls as a cosine
	ClipNorm     float64 `json:"clip_norm"`     // the largest global norm of a gradient; longer ones are scaled down to it, 0 sets no limit
}

// Validate checks every value.
func (o Optimisation) Validate() error {
	if err := params.AtLeastOne([]params.Count{{Name: "steps", Value: o.Steps}, {Name: "batch", Value: o.Batch}}); err != nil {
		return err
	}
	return params.Within([]params.Range{
		{Name: "learning_rate", Value: o.LearningRate, Low: 1e-12, Below: 10}, {Name: "beta2", Value: o.Beta2, Below: 1},
		{Name: "warm_up", Value: o.WarmUp, Below: 1}, {Name: "clip_norm", Value: o.ClipNorm, Below: math.Inf(1)},
	})
}

// adam returns the optimiser.
func (o Optimisation) adam() fit.Adam {
	return fit.Adam{LearningRate: o.LearningRate, WarmUp: o.WarmUp, Beta2: o.Beta2, ClipNorm: o.ClipNorm}
}
