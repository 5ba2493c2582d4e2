package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"hgn.local/kernels_xla/device"
)

func newInstallXLACommand() *cobra.Command {
	var from, version string
	var limit time.Duration
	c := &cobra.Command{
		Use:   "install-xla cpu|cuda",
		Short: "Install XLA's plugin for the processor or for an NVIDIA GPU",
		Long: `install-xla puts an XLA plugin where this program and the notebooks look for it, from the network or from a file.

cpu is one library of about 100 MB. cuda is the plugin of JAX's Python package with NVIDIA's libraries, some gigabytes,
and needs an NVIDIA GPU. It is the latest version, unless --version names that of an earlier JAX.

On a machine without network, --from installs a file that was carried there: the plugin's library, the release
archive of the CPU's plugin, or the Python wheel of CUDA's (jax_cuda13_pjrt-*.whl; NVIDIA's libraries are then to be
installed as well). hgn doctor tells which version is wanted.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if limit < 0 {
				return usageError("--limit must be a positive duration such as 10m, not %s", limit)
			}
			if c.Flags().Changed("from") && from == "" {
				return usageError("--from needs the name of a file")
			}
			r := newReporter(c.ErrOrStderr())
			i := device.Installation{Plugin: args[0], Version: version, From: from, Limit: limit}
			i.Progress = func(bytes int64) { r.note(fmt.Sprintf("%.1f MB", float64(bytes)/1e6)) }
			r.begin("installing XLA's " + args[0] + " plugin")
			defer r.end("")
			path, err := device.Install(c.Context(), i)
			if err != nil {
				return stoppedOr(c.Context(), err)
			}
			r.end("done")
			_, err = fmt.Fprintln(c.OutOrStdout(), path)
			return err
		},
	}
	c.Flags().StringVar(&from, "from", "", "install this `FILE` instead of downloading")
	c.Flags().StringVar(&version, "version", "", "of JAX, whose CUDA plugin is downloaded (default: the latest)")
	c.Flags().DurationVar(&limit, "limit", 0, "longest time for a download (default 10m for cpu, 1h for cuda)")
	return c
}
