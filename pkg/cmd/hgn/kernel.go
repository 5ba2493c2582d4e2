package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"hgn.local/pkg/nbexec"
	"hgn.local/pkg/progress"
)

func newKernelCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "kernel",
		Example: `  hgn kernel install
  hgn kernel status`,
		Short: "Install, show or remove the Jupyter kernel of this checkout",
	}
	group(c)
	var asJSON bool
	c.PersistentFlags().BoolVar(&asJSON, "json", false, "print one JSON object")
	show := func(c *cobra.Command, s nbexec.SpecStatus) error {
		if asJSON {
			return printJSON(c.OutOrStdout(), s)
		}
		state := "not installed"
		switch {
		case s.Usable:
			state = "installed for " + s.Root
		case s.Installed:
			state = "installed, but " + s.Problem + " (hgn kernel install mends it)"
		}
		_, err := fmt.Fprintf(c.OutOrStdout(), "%s: %s\n%s\n", s.Name, state, s.Path)
		return err
	}
	c.AddCommand(
		newKernelInstallCommand(show),
		&cobra.Command{
			Use: "status", Short: "Show whether the kernel is installed, and for which checkout", Args: cobra.NoArgs,
			RunE: func(c *cobra.Command, _ []string) error {
				s, err := nbexec.Status()
				if err != nil {
					return err
				}
				return show(c, s)
			},
		},
		&cobra.Command{
			Use: "remove", Short: "Remove the kernel from Jupyter", Args: cobra.NoArgs,
			RunE: func(c *cobra.Command, _ []string) error {
				if _, err := nbexec.Remove(); err != nil {
					return err
				}
				s, err := nbexec.Status()
				if err != nil {
					return err
				}
				return show(c, s)
			},
		},
	)
	return c
}

func newKernelInstallCommand(show func(*cobra.Command, nbexec.SpecStatus) error) *cobra.Command {
	var gopls bool
	c := &cobra.Command{
		Use: "install", Short: "Build GoNB and make the kernel known to Jupyter", Args: cobra.NoArgs,
		Long: `install builds GoNB and goimports and writes a kernelspec, with which any Jupyter of this user finds the kernel: also
one that was not started from a shell, since the kernelspec names the folders of Go, of its caches and of these tools.

What is downloaded are Go modules, once: those of go.mod, pinned there by version and in go.sum by checksum. With --gopls
these are gopls ` + nbexec.GoplsVersion + `, whose checksum is checked as well, and what it requires, checked by Go's checksum database.
Without gopls, completion in Jupyter knows only the words of the notebook.`,
		Example: `  hgn kernel install
  hgn kernel install --gopls`,
		RunE: func(c *cobra.Command, _ []string) error {
			defer hold(c.Context())() // the go command removes its temporary files
			r := progress.New(c.ErrOrStderr())
			env, err := prepare(c.Context(), r)
			if err == nil && gopls {
				err = env.Tools.BuildGopls(c.Context(), func(line string) { r.Begin(line) })
				r.End("")
			}
			if err != nil {
				return stoppedOr(c.Context(), err)
			}
			s, err := env.Install()
			if err != nil {
				return err
			}
			return show(c, s)
		},
	}
	c.Flags().BoolVar(&gopls, "gopls", false, "also build gopls, for completion and help in Jupyter")
	return c
}
