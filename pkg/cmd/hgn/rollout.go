package main

import (
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"hgn.local/kernels_xla/device"
	"hgn.local/pkg/figures"
	"hgn.local/pkg/runs"
)

// newRolloutCommand returns the command that runs a trained model's dynamics from a test trajectory.
func newRolloutCommand() *cobra.Command {
	var dt float64
	var steps, trajectory int
	var out string
	c := &cobra.Command{
		Use:     "rollout DIR --dt X --steps N --out F.npz|F.gif",
		Example: `  hgn rollout runs/pendulum --dt -0.125 --steps 60 --out backward.gif`,
		Short:   "Run the learned dynamics, in either direction of time",
		Long: `Infer the state at the first frame of a test video and integrate the learned Hamiltonian from it: steps intervals
of dt, backwards if dt is negative. A .npz holds frames uint8 [1,steps+1,P,P,3], q, p float64 [1,steps+1,d], energy
float64 [1,steps+1] in the model's own units, and dt; a .gif shows the frames.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if steps < 1 {
				return usageError("--steps must be at least 1, got %d; time runs backwards with a negative --dt", steps)
			}
			kind := strings.ToLower(filepath.Ext(out))
			if kind != ".npz" && kind != ".gif" {
				return usageError("--out must end in .npz or .gif, got %q", out)
			}
			run, err := runs.Open(args[0])
			if err != nil {
				return err
			}
			if !run.OfDensity() {
				if err := fits(run, 1, steps); err != nil {
					return err
				}
			}
			if !c.Flags().Changed("dt") {
				dt = run.Dt()
			}
			d, err := openDevice(c)
			if err != nil {
				return err
			}
			defer d.Close()
			of := figures.Of(run, run.Name(), func() (*device.Device, error) { return d, nil })
			m, err := of.VideoModel()
			if err != nil {
				return err
			}
			start, err := of.InitialState(trajectory)
			if err != nil {
				return err
			}
			var f films
			if err := f.take(runs.Roll(m, start, dt, steps)); err != nil {
				return err
			}
			return f.save(out)
		},
	}
	f := c.Flags()
	f.Float64Var(&dt, "dt", 0, "time between two frames, negative for backwards (default: that of the training videos)")
	f.Lookup("dt").DefValue = "0"
	f.IntVar(&steps, "steps", 30, "how many intervals")
	f.IntVar(&trajectory, "trajectory", 0, "which test video to start from")
	f.StringVar(&out, "out", "", "file to write, .npz or .gif (required)")
	c.MarkFlagRequired("out")
	return c
}

func widen(x []float32) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = float64(v)
	}
	return out
}
