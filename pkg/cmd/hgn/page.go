package main

import (
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"hgn.local/kernels_xla/device"
	"hgn.local/pkg/figures"
	"hgn.local/pkg/page"
	"hgn.local/pkg/runs"
)

// newPageCommand returns the command that writes a run as a page.
func newPageCommand() *cobra.Command {
	var out string
	c := &cobra.Command{
		Use:     "page DIR --out F.html",
		Example: `  hgn page runs/pendulum --out pendulum.html`,
		Short:   "Write a trained model as one page that lives in any browser",
		Long: `Write a trained HGN, or a flow (NHF or RNVP) of points in the plane, as one self-contained HTML file that needs neither
this program nor a network: the browser computes everything from the model's weights.

The page of an HGN shows the learned energy with a start point that can be dragged, a slider for dt from negative to positive, the decoded
film and the energies. The page of a flow pulls points through the flow and back. A page has at most 3 MB.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if kind := strings.ToLower(filepath.Ext(out)); kind != ".html" && kind != ".htm" {
				return usageError("--out must end in .html, got %q", out)
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
			p, err := page.Of(figures.Of(run, run.Name(), func() (*device.Device, error) { return d, nil }))
			if err != nil {
				return err
			}
			return p.Save(out)
		},
	}
	c.Flags().StringVar(&out, "out", "", "file to write, .html (required)")
	c.MarkFlagRequired("out")
	return c
}
