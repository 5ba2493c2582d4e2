package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"hgn.local/kernels_xla/device"
	"hgn.local/pkg/progress"
)

func newInstallXLACommand() *cobra.Command {
	var from, version string
	var limit time.Duration
	c := &cobra.Command{
		Use:   "install-xla cpu|cuda",
		Short: "Install XLA's plugin for the processor or for an NVIDIA GPU",
		Long: `install-xla puts an XLA plugin where this program and the notebooks look for it, from the network or from a file.

cpu is one library, a download of 63 to 100 MB: from go-xla's releases or, where these do not answer, from PyPI through pip
(python3 -m pip, pip3, or uv). cuda is the plugin of JAX's Python package with NVIDIA's libraries, 2.5 GB from PyPI
through pip, and needs an NVIDIA GPU and Linux on amd64; with --version go-xla's installer, which needs no pip, takes that
of another JAX. What pip downloads is pinned by version and SHA-256, which are checked. A plugin that is there already is
replaced when the new one is whole and works.

On a machine without network, --from installs a file that was carried there: the plugin's library, the release
archive of the CPU's plugin, or a Python wheel that holds a plugin (of CUDA's, jax_cuda13_pjrt-*.whl, NVIDIA's libraries are
then to be installed as well). hgn doctor tells what is there and whether it matches.`,
		Example: `  hgn install-xla cpu
  hgn install-xla cpu --from lammps_jax_pjrt_cpu-0.11.2-py3-none-manylinux_2_27_x86_64.whl
  hgn install-xla cuda --limit 2h`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if limit < 0 {
				return usageError("--limit must be a positive duration such as 10m, not %s", limit)
			}
			if c.Flags().Changed("from") && from == "" {
				return usageError("--from needs the name of a file")
			}
			defer hold(c.Context())() // removes a partial download
			r := progress.New(c.ErrOrStderr())
			i := device.Installation{Plugin: args[0], Version: version, From: from, Limit: limit}
			i.Progress = func(bytes, total int64) { r.Note(amount(bytes, total)) }
			r.Begin("installing XLA's " + args[0] + " plugin")
			defer r.End("")
			path, err := device.Install(c.Context(), i)
			if err != nil {
				return stoppedOr(c.Context(), err)
			}
			r.End("done")
			_, err = fmt.Fprintln(c.OutOrStdout(), path)
			return err
		},
	}
	c.Flags().StringVar(&from, "from", "", "install this `FILE` instead of downloading")
	c.Flags().StringVar(&version, "version", "", "of JAX, whose CUDA plugin is downloaded (default: the pinned one)")
	c.Flags().DurationVar(&limit, "limit", 0, "longest time for a download (default 10m for cpu, 1h for cuda)")
	return c
}

// amount describes how much of a download has arrived.
func amount(bytes, total int64) string {
	if total == 0 {
		return fmt.Sprintf("%.1f MB", float64(bytes)/1e6)
	}
	return fmt.Sprintf("%.1f of about %.0f MB", float64(min(bytes, total))/1e6, float64(total)/1e6)
}
