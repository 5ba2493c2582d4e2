package main

import (
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"hgn.local/pkg/export"
	"hgn.local/pkg/progress"
	"hgn.local/pkg/runs"
)

// The formats of `hgn export`.
const (
	formatONNX        = "onnx"
	formatSafetensors = "safetensors"
	formatStableHLO   = "stablehlo"
)

// newExportCommand returns the command that writes a model for other programs.
func newExportCommand() *cobra.Command {
	var format, out string
	var batch int
	var state, asJSON bool
	c := &cobra.Command{
		Use: "export RUN --format onnx|safetensors|stablehlo --out DIR|FILE",
		Example: `  hgn export runs/pendulum --format onnx --out pendulum            # encoder.onnx, decoder.onnx, energy.onnx, step.onnx
  hgn export runs/flow --format safetensors --out flow.safetensors  # the weights, for PyTorch and JAX`,
		Short: "Write a trained model for other programs",
		Long: `Write the trained model of a run for other programs; .github/EXPORT.md shows how to load it in Python and in Node.

onnx writes a folder with a file for every part of the model: of hgn encoder, decoder, energy and step, of nhf and rnvp among
others logp. Inputs and outputs have plain names, and programs.json lists them with their types and shapes. They take any number
of rows; where that cannot be, --batch of them, and programs.json says so. This needs ONNX Runtime's library.

stablehlo writes the same parts as StableHLO text for --batch rows, with the weights as arguments. This needs XLA's CPU plugin.

safetensors writes one file with the weights under the names of their scopes, and the run's parameters as metadata. With --state
it has the optimiser's moments too; hgn import makes a run of it, which hgn train --resume then continues bit for bit.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			switch format {
			case formatONNX, formatStableHLO:
				if state {
					return usageError("--state is for --format safetensors: leave it out")
				}
			case formatSafetensors:
				if c.Flags().Changed("batch") {
					return usageError("--batch does not apply to weights: leave it out")
				}
				if strings.ToLower(filepath.Ext(out)) != ".safetensors" {
					return usageError("--out must end in .safetensors, got %q", out)
				}
			default:
				return usageError("--format must be onnx, safetensors or stablehlo, not %q", format)
			}
			run, err := runs.Open(args[0])
			if err != nil {
				return err
			}
			d, err := openDevice(c)
			if err != nil {
				return err
			}
			defer d.Close()
			report := progress.New(c.ErrOrStderr())
			report.Begin("exporting " + run.Dir)
			if format == formatSafetensors {
				n, err := export.Safetensors(run, d, out, state)
				if report.End(""); err != nil {
					return err
				}
				report.Say("%s: %d tensors", out, n)
				if asJSON {
					return printJSON(c.OutOrStdout(), map[string]any{"file": out, "tensors": n})
				}
				return nil
			}
			write := export.ONNX
			if format == formatStableHLO {
				write = export.StableHLO
			}
			index, err := write(run, d, out, batch)
			if report.End(""); err != nil {
				return err
			}
			for _, p := range index.Programs {
				report.Say("%s: %s; %s", filepath.Join(out, p.File), p.About, p.Rows())
			}
			if asJSON {
				return printJSON(c.OutOrStdout(), index)
			}
			return nil
		},
	}
	f := c.Flags()
	f.StringVar(&format, "format", "", "onnx, safetensors or stablehlo (required)")
	f.StringVar(&out, "out", "", "folder or, of safetensors, file to write (required)")
	f.IntVar(&batch, "batch", 1, "rows of the programs that do not take any number of them")
	f.BoolVar(&state, "state", false, "write the optimiser's state with the weights")
	f.BoolVar(&asJSON, "json", false, "print what was written as one JSON object")
	c.MarkFlagRequired("format")
	c.MarkFlagRequired("out")
	return c
}
