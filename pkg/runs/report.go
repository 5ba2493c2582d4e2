package runs

import (
	"encoding/json"
	"math"

	"hgn.local/pkg/metrics"
)

// Header says which model was measured.
type Header struct {
	Model      string `json:"model"`
	Variant    string `json:"variant,omitempty"` // for an HNN
	System     string `json:"system,omitempty"`  // the simulated system
	Preset     string `json:"preset"`
	Latent     string `json:"latent,omitempty"`
	Constant   string `json:"constant,omitempty"` // for an HGN whose latent has constants: "inferred" or "given"
	Kinetic    string `json:"kinetic,omitempty"`
	Integrator string `json:"integrator,omitempty"`
	Friction   string `json:"friction,omitempty"` // for an HGN: "none" or "learned"; for "auto" its decision
	Dynamics   string `json:"dynamics,omitempty"` // for an HGN
	Seed       uint64 `json:"seed"`
	Backend    string `json:"backend"`

	Steps       int     `json:"steps"`
	Planned     int     `json:"planned_steps"`
	Seconds     float64 `json:"seconds"`            // of training, including the curve, checkpoints and display
	StepSeconds float64 `json:"step_seconds_total"` // of the learner's steps alone, including compiling; 0 means unknown
	Ended       int     `json:"ended,omitempty"`    // if the state was chosen on held-out data, the step after which the training ended
	Restarts    int     `json:"restarts"`
	Parameters  int     `json:"parameters"`

	Checkpoint string `json:"checkpoint"` // digest of the measured checkpoint
	Version    int    `json:"version"`    // of this report
}

// Report holds the measures of a model of videos or of states that `hgn eval` takes, with the keys that --json
// prints. Pixel errors are mean squared differences of values in [0, 1]. A measure is null if it needs a simulated
// system and the data have none, or if it makes no sense for the model.
type Report struct {
	Header

	TrainTrajectories int `json:"train_trajectories"` // number on which it was trained
	TestTrajectories  int `json:"test_trajectories"`  // number measured here; at most as many training videos are measured, and no more than 1000

	// Reconstruction: the state inferred from a video is unrolled over its frames as in training, and compared with
	// them.
	MSETrain         float64          `json:"mse_train"` // of training videos
	MSETest          float64          `json:"mse_test"`  // of test videos
	MSETrainInterval metrics.Estimate `json:"mse_train_interval"`
	MSETestInterval  metrics.Estimate `json:"mse_test_interval"` // mean and half width of the 95% interval over trajectories
	MSEPerStep       []float64        `json:"mse_per_step"`      // of test videos, frame by frame
	MSEPerStepTrain  []float64        `json:"mse_per_step_train"`
	UnrollTest       []float64        `json:"unroll_test"`  // of the first test video alone, as in the paper's Fig. 6
	UnrollTrain      []float64        `json:"unroll_train"` // of the first training video

	MeanFrameMSE   float64  `json:"mean_frame_mse"`
	NoiseFloorMSE  *float64 `json:"noise_floor_mse"` // frames drawn from clean states, against the noisy ones
	IrreducibleMSE *float64 `json:"irreducible_mse"` // of the best prediction that knows the clean state
	Excess         *float64 `json:"excess"`          // (mse_test - noise_floor) / (mean_frame - noise_floor); null if the noise hides the motion

	ExcessIrreducible *float64 `json:"excess_irreducible"` // the same above the irreducible error: (mse_test - irreducible) / (mean_frame - irreducible)

	// The 95% intervals, over test trajectories, of the measures with keys of their own above or below.
	ExcessInterval              *metrics.Estimate `json:"excess_interval"`
	ExcessIrreducibleInterval   *metrics.Estimate `json:"excess_irreducible_interval"`
	RolloutShareInterval        *Intervals        `json:"rollout_share_interval"`
	RolloutShareEncoderInterval *Intervals        `json:"rollout_share_encoder_interval"`
	VPTInterval                 *Intervals        `json:"vpt_interval"`
	MSETestEncoderInterval      *metrics.Estimate `json:"mse_test_encoder_interval"`
	EnergyVarianceRatioInterval *metrics.Estimate `json:"energy_variance_ratio_interval"` // holds the variance across trajectories fixed, see metrics.VarianceRatios

	NotApplicable []string `json:"not_applicable,omitempty"` // directions below in which this kind of model cannot run

	Rollout      *Directions `json:"rollout_mse"`   // from the first frame, against the clean true trajectory
	RolloutShare *Directions `json:"rollout_share"` // the same as shares of mean_frame_mse
	VPT          *Directions `json:"vpt"`           // number of frames for which those rollouts stay valid, mean over trajectories; at most as many as a video has

	RolloutShareBound *Directions `json:"rollout_share_bound"` // of a predictor that knows the physics, from states fitted by least squares to equally noisy positions in the frames that the model sees; of the first 60 trajectories
	VPTStill          *Directions `json:"vpt_still"`           // VPT of repeating the first frame for ever

	ByEnergy []EnergyBand `json:"rollout_share_by_energy,omitempty"` // rollout_share of the third of the trajectories with the least true energy, of the next and of the last

	// The same with another threshold: a quarter of mean_frame_mse, see metrics.VPTRelativeThreshold.
	VPTRelative         *Directions `json:"vpt_relative"`
	VPTRelativeInterval *Intervals  `json:"vpt_relative_interval"`
	VPTRelativeStill    *Directions `json:"vpt_relative_still"`

	Forecasts          []Forecast `json:"forecasts"`            // beyond the last frame, of the first 60 trajectories
	ForecastShare      []float64  `json:"forecast_share"`       // the error of each of those frames, the last seen one first, as a share of mean_frame_mse; up to the first that is not finite
	ForecastShareBound []float64  `json:"forecast_share_bound"` // the same for a predictor that knows the physics

	// The same with states that the encoder infers in one pass, without refinement: the paper's inference.
	MSETestEncoder      *float64    `json:"mse_test_encoder"`
	RolloutShareEncoder *Directions `json:"rollout_share_encoder"`

	// The learned energy.
	EnergyVariance      *float64         `json:"energy_variance"`       // along each test trajectory, their mean; in the model's units squared; null, as the rest, if the model has no energy
	EnergyVarianceTrain metrics.Estimate `json:"energy_variance_train"` // the same of training videos
	EnergyVarianceTest  metrics.Estimate `json:"energy_variance_test"`
	EnergyVarianceRatio *float64         `json:"energy_variance_ratio"` // energy_variance over the variance across trajectories; null if the learned energy is constant, or known for one trajectory only
	ReversalError       *float64         `json:"reversal_error"`        // relative, as many steps forward and back as a video has frames
	ImplicitResidual    *float64         `json:"implicit_residual"`     // the largest that is left of the implicit equations of all rollouts; null if nothing is implicit
	EnergyCorrelation   *float64         `json:"energy_correlation"`    // rank correlation of learned with true energy
	EnergyTracking      *float64         `json:"energy_tracking"`       // like energy_r2, but frame by frame within each trajectory as well: a constant does not explain an energy that is lost on the way
	EnergyR2            *float64         `json:"energy_r2"`             // share of the true energy's variance that an affine map of the learned one explains

	Damping *Damping `json:"damping"` // for a model with friction

	Verdict  string    `json:"verdict,omitempty"` // in one sentence, whether the videos show a Hamiltonian system at all
	Evidence *Evidence `json:"evidence,omitempty"`

	SyMetric *metrics.SyMetric `json:"symetric"` // whether the learned states are the true ones in other canonical coordinates

	Coverage *Coverage `json:"coverage,omitempty"` // for bands about the predictions of a model that refines its states

	Family *Family `json:"family,omitempty"` // for a model of systems that differ in constants

	Formula *metrics.Formula `json:"formula,omitempty"` // for the learned V, if the latent has one coordinate and K is p²/2

	States *StateReport `json:"states,omitempty"` // for a model that learned from states instead of videos
}

// Directions holds a number for each way in which a learned system is run.
type Directions struct {
	Forward, Backward float64
	Double, Half      float64 // speed
}

// MarshalJSON writes null for a number that is not finite: the errors of a rollout that runs off to infinity are not.
func (d Directions) MarshalJSON() ([]byte, error) {
	return json.Marshal(directionsJSON{finite(d.Forward), finite(d.Backward), finite(d.Double), finite(d.Half)})
}

// UnmarshalJSON reads null as NaN.
func (d *Directions) UnmarshalJSON(text []byte) error {
	var x directionsJSON
	err := json.Unmarshal(text, &x)
	*d = Directions{orNaN(x.Forward), orNaN(x.Backward), orNaN(x.Double), orNaN(x.Half)}
	return err
}

type directionsJSON struct {
	Forward  *float64 `json:"forward"`
	Backward *float64 `json:"backward"`
	Double   *float64 `json:"double"`
	Half     *float64 `json:"half"`
}

// finite returns a number that JSON can hold, or nil.
func finite(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return &x
}

func orNaN(x *float64) float64 {
	if x == nil {
		return math.NaN()
	}
	return *x
}

// Intervals holds an estimate for each way in which a learned system is run.
type Intervals struct {
	Forward  metrics.Estimate `json:"forward"`
	Backward metrics.Estimate `json:"backward"`
	Double   metrics.Estimate `json:"double"`
	Half     metrics.Estimate `json:"half"`
}

// directions lists the speeds of Directions, in units of the data's.
var directions = [...]struct {
	speed    float64
	of       func(*Directions) *float64
	interval func(*Intervals) *metrics.Estimate
}{
	{1, func(d *Directions) *float64 { return &d.Forward }, func(d *Intervals) *metrics.Estimate { return &d.Forward }},
	{-1, func(d *Directions) *float64 { return &d.Backward }, func(d *Intervals) *metrics.Estimate { return &d.Backward }},
	{2, func(d *Directions) *float64 { return &d.Double }, func(d *Intervals) *metrics.Estimate { return &d.Double }},
	{0.5, func(d *Directions) *float64 { return &d.Half }, func(d *Intervals) *metrics.Estimate { return &d.Half }},
}

// directionNames lists the JSON keys of directions.
var directionNames = [len(directions)]string{"forward", "backward", "double", "half"}

// StateReport measures a model that learned from true states, by rollouts of the test trajectories from their true start.
type StateReport struct {
	MSE         float64          `json:"mse"`          // mean squared distance of a coordinate from the true one over the data's length, over the coordinates' variance
	EnergyDrift metrics.Estimate `json:"energy_drift"` // |true energy at the end - at the start| of a rollout of Steps, over the spread of the trajectories' energies
	Steps       int              `json:"steps"`
}

// MarshalJSON writes null for an error that is not finite, as happens if a rollout runs off to infinity.
func (s StateReport) MarshalJSON() ([]byte, error) {
	type plain StateReport // without this method
	return json.Marshal(struct {
		MSE *float64 `json:"mse"`
		plain
	}{finite(s.MSE), plain(s)})
}

// UnmarshalJSON reads null as NaN.
func (s *StateReport) UnmarshalJSON(text []byte) error {
	type plain StateReport
	x := struct {
		MSE *float64 `json:"mse"`
		*plain
	}{plain: (*plain)(s)}
	err := json.Unmarshal(text, &x)
	s.MSE = orNaN(x.MSE)
	return err
}
