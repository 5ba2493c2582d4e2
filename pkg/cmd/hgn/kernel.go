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
		&cobra.Command{
			Use: "install", Short: "Build GoNB and make the kernel known to Jupyter", Args: cobra.NoArgs,
			RunE: func(c *cobra.Command, _ []string) error {
				env, err := prepare(c.Context(), progress.New(c.ErrOrStderr()))
				if err != nil {
					return stoppedOr(c.Context(), err)
				}
				s, err := env.Install()
				if err != nil {
					return err
				}
				return show(c, s)
			},
		},
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
