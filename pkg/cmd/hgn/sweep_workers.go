package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"hgn.local/pkg/progress"
)

// self returns the command that is this program. Tests replace it.
var self = func() ([]string, error) {
	path, err := os.Executable()
	return []string{path}, err
}

// ofManager lists the flags of a sweep that do not concern a single training.
var ofManager = []string{"workers", "collect", "only", "json", "markdown", "slurm", "partition", "time", "grace", "cpus", "gres", "at-once", "sbatch"}

// onlyCommand returns the command that does one combination of this sweep, whose number is to follow.
func onlyCommand(c *cobra.Command, model string) ([]string, error) {
	words, err := self()
	if err != nil {
		return nil, err
	}
	words = append(words, "sweep", model)
	c.Flags().Visit(func(f *pflag.Flag) {
		if slices.Contains(ofManager, f.Name) {
			return
		}
		values := []string{f.Value.String()}
		if list, ok := f.Value.(pflag.SliceValue); ok {
			values = list.GetSlice()
		}
		for _, v := range values {
			words = append(words, "--"+f.Name+"="+v)
		}
	})
	return append(words, "--only"), nil
}

// divide trains the combinations in some processes at the same time, and prints the table. A process that fails does not
// stop the others.
func (o *sweepFlags) divide(c *cobra.Command, model string, points []point) error {
	command, err := onlyCommand(c, model)
	if err != nil {
		return err
	}
	logs := filepath.Join(o.train.out, "logs")
	if err := os.MkdirAll(logs, 0o755); err != nil {
		return fmt.Errorf("cannot make the folder %s: %w", logs, err)
	}
	report := progress.New(c.ErrOrStderr())
	release := hold(c.Context())
	defer release()
	tasks := o.unfinished(points)
	report.Say("%d of %d trainings are to be done, %d at a time", len(tasks), len(points), min(o.workers, len(tasks)))
	var mu sync.Mutex
	why, done, began := map[int]string{}, 0, time.Now()
	next := make(chan int)
	var workers sync.WaitGroup
	for range min(o.workers, len(tasks)) {
		workers.Go(func() {
			for i := range next {
				err := child(c.Context(), append(slices.Clone(command), strconv.Itoa(i)), filepath.Join(logs, points[i].name+".log"))
				mu.Lock()
				done++
				if err != nil {
					why[i] = err.Error()
				}
				left := time.Since(began) / time.Duration(done) * time.Duration(len(tasks)-done)
				report.Say("%d of %d: %s%s", done, len(tasks), points[i].name, map[bool]string{true: ", " + progress.Duration(left) + " left"}[done < len(tasks)])
				mu.Unlock()
			}
		})
	}
	for _, i := range tasks {
		select {
		case next <- i:
		case <-c.Context().Done():
		}
	}
	close(next)
	workers.Wait()
	stopped := c.Context().Err() != nil
	if stopped {
		c.SetContext(context.WithoutCancel(c.Context())) // the table of what is done is still printed
		report.Say("interrupted; the same command goes on from there")
	}
	err = o.gather(c, points, stopped, func(i int, m *missing) {
		if !stopped {
			m.Why = why[i]
		}
	})
	if err == nil && len(why) > 0 && !stopped {
		err = errWorkers
	}
	return err
}

// child runs a training in a process of its own, whose output goes to a file. When the context ends, the process is told to
// save, and waited for.
func child(ctx context.Context, words []string, log string) error {
	file, err := os.OpenFile(log, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return fmt.Errorf("cannot write %s: %w", log, err)
	}
	defer file.Close()
	var said bytes.Buffer
	command := exec.CommandContext(ctx, words[0], words[1:]...)
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	apart(command)
	command.Stdout, command.Stderr = file, io.MultiWriter(file, &said)
	err = command.Run()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		lines := strings.Split(strings.TrimSpace(said.String()), "\n")
		return errors.New(strings.TrimPrefix(oneLine(lines[len(lines)-1]), "hgn: "))
	}
	return err
}
