package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hgn.local/pkg/nbexec"
	"hgn.local/pkg/progress"
)

// quickstart is the notebook that runs if none is named.
const quickstart = "01_quickstart.ipynb"

func newRunCommand() *cobra.Command {
	var out string
	var timeout time.Duration
	var tries bool
	c := &cobra.Command{
		Use: "run [NOTEBOOK ...]",
		Example: `  hgn run
  hgn run notebooks/*.ipynb --out out
  HGN_STEPS=20 hgn run notebooks/04_comparison.ipynb  # every training cut to 20 steps`,
		Short: "Execute notebooks and write them with their outputs, as .ipynb and .html",
		Long: `run sets up GoNB, executes notebooks without a browser, and writes each with its outputs
to the --out folder, as .ipynb and as one self-contained .html. The notebooks themselves
are not changed. Without an argument it runs notebooks/` + quickstart + `.`,
		RunE: func(c *cobra.Command, args []string) error {
			if timeout < 0 {
				return usageError("--timeout must not be negative, it is %v", timeout)
			}
			return runNotebooks(c.Context(), args, out, timeout, tries, c.OutOrStdout(), progress.New(c.ErrOrStderr()))
		},
	}
	c.Flags().StringVar(&out, "out", "out", "folder for the executed notebooks")
	c.Flags().BoolVar(&tries, "tries", false, "also execute, at the end, the Go code in the Markdown section \"Try this\"")
	c.Flags().DurationVar(&timeout, "timeout", time.Hour, "longest time for one cell, 0 for no limit")
	return c
}

// job is a notebook to run and the files to write.
type job struct {
	source     string
	notebook   *nbexec.Notebook
	ipynb, web string
}

func runNotebooks(ctx context.Context, paths []string, out string, timeout time.Duration, tries bool, stdout io.Writer, r *progress.Writer) error {
	defer hold(ctx)() // stops the kernel, and writes what it has done
	started := time.Now()
	if len(paths) == 0 {
		root, err := nbexec.FindRoot(".")
		if err != nil {
			return err
		}
		paths = []string{filepath.Join(root.Notebooks(), quickstart)}
	}
	jobs, err := plan(paths, out)
	if err != nil {
		return err
	}
	env, err := prepare(ctx, r)
	if err != nil {
		return stoppedOr(ctx, err)
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return usageError("creating the output folder: %w", err)
	}
	for _, j := range jobs {
		r.Say("%s", j.source)
		if tries {
			j.notebook.AddTries()
		}
		failed := execute(ctx, env, j, timeout, r)
		if err := j.write(stdout); err != nil {
			return errors.Join(failed, err)
		}
		if failed != nil {
			return fmt.Errorf("%s: %w", j.source, stoppedOr(ctx, failed))
		}
	}
	r.Say("done in %s", progress.Duration(time.Since(started)))
	return nil
}

// plan loads all notebooks and chooses their outputs, so that bad input is found before anything runs.
func plan(paths []string, out string) ([]job, error) {
	var jobs []job
	taken := map[string]string{}
	for _, path := range paths {
		nb, err := nbexec.Load(path)
		if err != nil {
			return nil, err
		}
		if err := nb.Runnable(); err != nil {
			return nil, usageError("%s: %w", path, err)
		}
		name := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
		j := job{source: path, notebook: nb, ipynb: filepath.Join(out, name+".ipynb"), web: filepath.Join(out, name+".html")}
		if other, ok := taken[j.ipynb]; ok {
			return nil, usageError("%s and %s would both be written to %s: run them with different --out folders", other, path, j.ipynb)
		}
		taken[j.ipynb] = path
		source, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		for _, target := range []string{j.ipynb, j.web} {
			if info, err := os.Stat(target); err == nil && os.SameFile(info, source) {
				return nil, usageError("the output would replace the notebook %s itself: choose another --out folder", path)
			}
		}
		jobs = append(jobs, j)
	}
	return jobs, nil
}

// execute runs one notebook and reports each cell.
func execute(ctx context.Context, env *nbexec.Environment, j job, timeout time.Duration, r *progress.Writer) error {
	defer r.End("")
	r.Begin("  starting the kernel")
	return nbexec.Execute(ctx, env, j.notebook, nbexec.Options{
		Dir:     filepath.Dir(j.source),
		Timeout: timeout,
		Kill:    killed(ctx),
		Progress: func(e nbexec.Event) {
			switch e.Step {
			case nbexec.CellStarted:
				r.Begin(fmt.Sprintf("  [%d/%d] %s", e.Cell, e.Cells, e.Line))
			case nbexec.CellWrote:
				r.Note(e.Line)
			case nbexec.CellSkipped:
				r.Begin(fmt.Sprintf("  [%d/%d] %s", e.Cell, e.Cells, e.Line))
				r.End("skipped, as its tag says")
			case nbexec.CellFinished:
				switch {
				case e.Allowed:
					r.End("failed, as its tag allows")
				case e.Err != nil:
					r.End("failed")
				default:
					r.End("done")
				}
			}
		},
	})
}

// write saves the executed part of the notebook and its page, and prints their paths.
func (j job) write(stdout io.Writer) error {
	if err := j.notebook.Save(j.ipynb); err != nil {
		return err
	}
	if err := j.notebook.SaveHTML(j.web, filepath.Base(j.source), filepath.Dir(j.source)); err != nil {
		return err
	}
	_, err := fmt.Fprintf(stdout, "%s\n%s\n", j.ipynb, j.web)
	return err
}

// stoppedOr replaces err by a message about the signal if it is only the consequence of a signal.
func stoppedOr(ctx context.Context, err error) error {
	var cell *nbexec.CellError
	if ctx.Err() != nil && !errors.As(err, &cell) {
		return errors.New("stopped")
	}
	return err
}
