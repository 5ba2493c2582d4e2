package main

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"hgn.local/pkg/badinput"
)

// newRootCommand returns the program's command, with all others below it.
func newRootCommand() *cobra.Command {
	return rootOf(
		newRunCommand(),
		newLabCommand(),
		newKernelCommand(),
		newDoctorCommand(),
		newInstallXLACommand(),
		newDataCommand(),
		newTrainCommand(),
		newEvalCommand(),
		newRolloutCommand(),
		newSampleCommand(),
		newLogpCommand(),
		newTableCommand(),
		newFigureCommand(),
		newPageCommand(),
		newSweepCommand(),
		newExportCommand(),
		newImportCommand(),
		newCostCommand(),
		newSelftestCommand(),
	)
}

func rootOf(commands ...*cobra.Command) *cobra.Command {
	root := &cobra.Command{
		Use:   "hgn",
		Short: "Hamiltonian Generative Networks, from pixels to pictures",
		Long: `hgn simulates physical systems, trains Hamiltonian Generative Networks on their video,
and runs the notebooks that show what was learned.

Exit codes: 0 done, 1 failed, 2 wrong usage or bad input.`,
		SilenceUsage:      true,
		SilenceErrors:     true,
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
	}
	group(root)
	root.AddCommand(commands...)
	return root
}

// group makes a command that only holds other commands: alone it prints its help, and an unknown command is an error.
func group(c *cobra.Command) {
	c.Args = func(c *cobra.Command, args []string) error {
		if len(args) > 0 {
			return fmt.Errorf("unknown command %q", args[0])
		}
		return nil
	}
	c.RunE = func(c *cobra.Command, _ []string) error { return c.Help() }
}

// usageError returns an error for wrong usage or bad input: the command ends with exit code 2.
func usageError(format string, args ...any) error { return badinput.Errorf(format, args...) }

// printJSON writes one object on one line.
func printJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}
