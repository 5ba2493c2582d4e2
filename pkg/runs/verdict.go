package runs

import (
	"fmt"
	"math"

	"hgn.local/pkg/metrics"
)

// Findings of a verdict.
const (
	Hamiltonian   = "hamiltonian"   // nothing speaks against a Hamiltonian
	Friction      = "friction"      // energy is lost on the way
	Driven        = "driven"        // energy is gained on the way
	CutFilm       = "cuts"          // the film jumps
	Unpredictable = "unpredictable" // what will be seen does not follow from what was seen
	Undecided     = "undecided"     // this model does not predict the film, which may be its own fault
)

// Evidence is what a verdict on videos rests on: whether they show a Hamiltonian system at all. It needs no simulator,
// and is measured on videos that training has not seen; if these are fewer than 20, on training videos too.
type Evidence struct {
	Finding  string `json:"finding"`  // "hamiltonian", "friction", "driven", "cuts", "unpredictable" or "undecided"
	Videos   int    `json:"videos"`   // number on which it rests
	Training int    `json:"training"` // how many of them are training videos

	Cuts      []FilmCut `json:"cuts"`       // places at which the films jump
	CutVideos int       `json:"cut_videos"` // number of videos with such a place

	Memory       *float64 `json:"memory"`        // correlation of the change of a picture with that two frames later, of training videos too; null for too few videos
	MemoryErrors *float64 `json:"memory_errors"` // the same in its standard errors: 0 for a random walk

	// The frames after the first Seen are predicted from these alone. Predicted is the error against the frames as they are,
	// over that of the better trivial guess: the last frame seen, or the mean frame.
	Seen      int               `json:"seen"`
	Predicted *metrics.Estimate `json:"predicted"` // null if no state can be fitted

	// Energy is the median change of the learned energy, counted from the least potential energy seen, between states
	// fitted to the first half of a video alone and to the second, as a share of it; Falls is the share of the videos in
	// which it falls, and EnergyErrors how many standard errors that is away from half of them. Null for a model with
	// friction, or with no energy.
	Energy       *float64 `json:"energy"`
	Falls        *float64 `json:"falls"`
	EnergyErrors *float64 `json:"energy_errors"`

	Rate         *float64 `json:"rate"` // of the learned friction, and its evidence, see Damping
	RateEvidence *float64 `json:"rate_evidence"`
}

// The thresholds of a verdict.
const (
	cutShare       = 0.02 // more of the videos are cut in a cut film
	noMemory       = 3.0  // fewer standard errors of memory are none
	noPrediction   = 0.8  // a prediction whose error is a greater share of a trivial guess's is none
	energyErrors   = 4.0  // the energy changes in one direction if that has as many standard errors,
	energyChange   = 0.15 // and the median change is this share of the energy
	frictionErrors = 3.0  // the evidence for friction that a model has learned
)

// decide finds what the evidence says.
func (e *Evidence) decide() {
	unpredicted := e.Predicted != nil && e.Predicted.Mean-half(e.Predicted) > noPrediction
	change := e.Energy != nil && *e.EnergyErrors > energyErrors
	switch {
	case float64(e.CutVideos) > cutShare*float64(e.Videos):
		e.Finding = CutFilm
	case unpredicted && e.MemoryErrors != nil && math.Abs(*e.MemoryErrors) < noMemory:
		e.Finding = Unpredictable
	case e.Predicted == nil || !(e.Predicted.Mean+half(e.Predicted) < noPrediction):
		e.Finding = Undecided
	case e.RateEvidence != nil && *e.RateEvidence > frictionErrors:
		e.Finding = Friction
	case change && *e.Energy < -energyChange:
		e.Finding = Friction
	case change && *e.Energy > energyChange:
		e.Finding = Driven
	default:
		e.Finding = Hamiltonian
	}
}

// Verdict says in one sentence whether the videos show a Hamiltonian system, with the evidence.
func (e *Evidence) Verdict() string {
	switch e.Finding {
	case CutFilm:
		return fmt.Sprintf("This film is cut, and no Hamiltonian goes through a cut: %d of %d videos jump, at %s (frames are counted from 0).", e.CutVideos, e.Videos, named(e.Cuts))
	case Unpredictable:
		return fmt.Sprintf("This film is not Hamiltonian, and cannot be predicted: changes of its pictures two frames apart have a correlation of %.2f (%.1f standard errors), "+
			"and %s.", *e.Memory, *e.MemoryErrors, e.prediction())
	case Undecided:
		return fmt.Sprintf("Whether this film is Hamiltonian is open, because this model does not predict it: %s.", e.prediction())
	case Friction:
		if e.Rate != nil {
			return fmt.Sprintf("This film is Hamiltonian but for friction: it loses momentum at the rate %.3g, and videos are predicted worse without that by %.1f standard errors; %s.",
				*e.Rate, *e.RateEvidence, e.prediction())
		}
		return fmt.Sprintf("This film is not Hamiltonian, since it loses energy: from the first half of a video to the second the learned energy falls in %.0f%% of %d videos "+
			"(%.1f standard errors from half of them), by %.0f%% in the median; friction=learned describes such a film.", 100**e.Falls, e.Videos, *e.EnergyErrors, -100**e.Energy)
	case Driven:
		return fmt.Sprintf("This film is not Hamiltonian, since it gains energy: from the first half of a video to the second the learned energy rises in %.0f%% of %d videos "+
			"(%.1f standard errors from half of them), by %.0f%% in the median.", 100*(1-*e.Falls), e.Videos, *e.EnergyErrors, 100**e.Energy)
	}
	energy := ""
	switch {
	case e.Energy != nil:
		energy = fmt.Sprintf(", the learned energy changes by %.0f%% in the median from the first half of a video to the second, falling in %.0f%% of them", math.Round(100**e.Energy)+0, 100**e.Falls) // +0 removes the sign of -0
	case e.Rate != nil:
		energy = fmt.Sprintf(", the evidence for friction is %.1f standard errors", *e.RateEvidence)
	}
	return fmt.Sprintf("Nothing speaks against a Hamiltonian: %s%s, and %d of %d videos are cut.", e.prediction(), energy, e.CutVideos, e.Videos)
}

// prediction says how well frames are predicted.
func (e *Evidence) prediction() string {
	if e.Predicted == nil {
		return "no state could be fitted to its first frames"
	}
	return fmt.Sprintf("the frames after the first %d, predicted from these, have %s of the error of the better of the last frame and the mean frame",
		e.Seen, percent(*e.Predicted))
}

// percent writes a share with its interval.
func percent(e metrics.Estimate) string {
	if h := half(&e); h > 0 {
		return fmt.Sprintf("%.0f ± %.0f%%", 100*e.Mean, 100*h)
	}
	return fmt.Sprintf("%.0f%%", 100*e.Mean)
}
