package main

import (
	"github.com/spf13/cobra"

	"hgn.local/pkg/export"
	"hgn.local/pkg/progress"
	"hgn.local/pkg/runs"
)

// newImportCommand returns the command that makes a run of a file of weights.
func newImportCommand() *cobra.Command {
	var out, like string
	c := &cobra.Command{
		Use: "import FILE --out RUN",
		Example: `  hgn import flow.safetensors --out runs/again
  hgn import tuned.safetensors --like runs/pendulum --out runs/tuned   # weights that another program wrote`,
		Short: "Make a run of a file of weights",
		Long: `Make a run of the weights in a .safetensors file, under the names that hgn export gives them. The file must have every tensor of
the model, in its shape and type. The parameters and the data of the run are in a file that hgn export wrote; for a file of another
program, --like names a run that has them.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			var model *runs.Run
			if like != "" {
				var err error
				if model, err = runs.Open(like); err != nil {
					return err
				}
			}
			d, err := openDevice(c)
			if err != nil {
				return err
			}
			defer d.Close()
			run, err := export.Import(args[0], out, model, d)
			if err != nil {
				return err
			}
			progress.New(c.ErrOrStderr()).Say("%s: %s", out, run.Config)
			return nil
		},
	}
	f := c.Flags()
	f.StringVar(&out, "out", "", "the new run folder (required)")
	f.StringVar(&like, "like", "", "a run whose parameters and data the new one gets")
	c.MarkFlagRequired("out")
	return c
}
