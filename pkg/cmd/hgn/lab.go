package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"hgn.local/pkg/nbexec"
	"hgn.local/pkg/progress"
)

func newLabCommand() *cobra.Command {
	var port int
	var noBrowser, yes bool
	c := &cobra.Command{
		Use:     "lab",
		Example: `  hgn lab`,
		Short:   "Open Jupyter on the notebooks, with this module's Go kernel",
		Long: `lab installs the kernel as hgn kernel install does and starts the Jupyter of this machine on the notebooks. Where there
is none, it offers Debian's or Ubuntu's package, which apt-get downloads and verifies. Ctrl-C ends Jupyter, its kernels and
terminals, and removes their temporary files.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if port < 0 || port > 65535 {
				return usageError("--port must be between 1 and 65535, it is %d", port)
			}
			defer hold(c.Context())() // Jupyter ends its kernels
			r := progress.New(c.ErrOrStderr())
			jupyter, err := findJupyter()
			if errors.Is(err, exec.ErrNotFound) {
				jupyter, err = offerJupyter(c.Context(), yes)
			}
			if err != nil {
				return err
			}
			env, err := prepare(c.Context(), r)
			if err != nil {
				return stoppedOr(c.Context(), err)
			}
			spec, err := env.Install()
			if err != nil {
				return err
			}
			r.Say("kernel %q installed in %s", spec.Name, spec.Path)
			folder := env.Root.Notebooks()
			if _, err := os.Stat(folder); err != nil {
				folder = env.Root.Dir
			}
			return jupyter.open(c.Context(), folder, port, noBrowser)
		},
	}
	c.Flags().IntVar(&port, "port", 0, "port of the server (default: Jupyter's own choice)")
	c.Flags().BoolVar(&noBrowser, "no-browser", false, "only start the server and print its address")
	c.Flags().BoolVar(&yes, "yes", false, "install Jupyter without asking where it is missing and that is possible")
	return c
}

// jupyter is an installed Jupyter: the program and its command, "lab" or "notebook".
type jupyter struct{ program, command string }

// findJupyter looks on the PATH and in /usr/bin, since the user's own Python on the PATH may hide it.
func findJupyter() (jupyter, error) {
	for _, command := range []string{"lab", "notebook"} {
		for _, dir := range append(filepath.SplitList(os.Getenv("PATH")), "/usr/bin") {
			program := filepath.Join(dir, "jupyter")
			if executable(program) && executable(filepath.Join(dir, "jupyter-"+command)) {
				return jupyter{program, command}, nil
			}
		}
	}
	return jupyter{}, exec.ErrNotFound
}

func executable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}

const howToGetJupyter = "on Debian or Ubuntu: sudo apt-get install jupyter-notebook; elsewhere: pip install jupyterlab"

// offerJupyter installs Jupyter by apt if permitted, after asking.
func offerJupyter(ctx context.Context, yes bool) (jupyter, error) {
	missing := fmt.Errorf("there is no Jupyter on this machine (%s)", howToGetJupyter)
	apt, err := exec.LookPath("apt-get")
	if err != nil || os.Geteuid() != 0 {
		return jupyter{}, missing
	}
	if !yes {
		if !term.IsTerminal(int(os.Stdin.Fd())) {
			return jupyter{}, fmt.Errorf("there is no Jupyter on this machine; hgn lab --yes installs it by apt-get (%s)", howToGetJupyter)
		}
		fmt.Fprint(os.Stderr, "Jupyter is not installed. Install Debian's jupyter-notebook by apt-get? [y/N] ")
		answer, _ := bufio.NewReader(os.Stdin).ReadString('\n')
		if answer = strings.ToLower(strings.TrimSpace(answer)); answer != "y" && answer != "yes" {
			return jupyter{}, missing
		}
	}
	for _, args := range [][]string{{"update"}, {"install", "-y", "--no-install-recommends", "jupyter-notebook"}} {
		cmd := exec.CommandContext(ctx, apt, args...)
		cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
		cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
		if err := cmd.Run(); err != nil {
			return jupyter{}, fmt.Errorf("installing Jupyter: apt-get %s: %w", args[0], err)
		}
	}
	return findJupyter()
}

// stopTime is how long Jupyter may take to end its kernels.
const stopTime = 20 * time.Second

// open runs the server until it or ctx ends. Its kernels end with it, and their temporary files are removed.
func (j jupyter) open(ctx context.Context, folder string, port int, noBrowser bool) error {
	args := []string{j.command}
	if port > 0 {
		args = append(args, "--port="+strconv.Itoa(port))
	}
	if noBrowser {
		args = append(args, "--no-browser")
	}
	if os.Geteuid() == 0 {
		args = append(args, "--allow-root")
	}
	cmd := exec.Command(j.program, append(args, folder)...)
	cmd.Dir = folder
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	if err := nbexec.Serve(ctx, cmd, stopTime, killed(ctx)); err != nil {
		return fmt.Errorf("jupyter %s: %w", j.command, err)
	}
	return nil
}
