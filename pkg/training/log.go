package training

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"hgn.local/kernels_xla/atomicfile"
	"hgn.local/pkg/badinput"
)

// logPoints is about the number of points that a training logs; each is the mean over the steps since the previous
// one.
const logPoints = 2000

// gapOf returns the number of steps from one point of the log to the next.
func gapOf(steps int) int { return (steps + logPoints - 1) / logPoints }

// Mean accumulates the losses of several steps.
type Mean struct {
	Steps  int            `json:"steps"`
	Sums   Losses         `json:"sums,omitempty"`
	Counts map[string]int `json:"counts,omitempty"`
}

func (m *Mean) add(l Losses) {
	if m.Steps == 0 {
		m.Sums, m.Counts = Losses{}, map[string]int{}
	}
	m.Steps++
	for name, x := range l {
		m.Sums[name] += x
		m.Counts[name]++
	}
}

func (m *Mean) mean() Losses {
	l := Losses{}
	for name, sum := range m.Sums {
		l[name] = sum / float64(m.Counts[name])
	}
	return l
}

// line is a line of the log: a point of the curve, or an event.
type line struct {
	Event   string  `json:"event,omitempty"` // "" for a point, "restart"
	Attempt int     `json:"attempt"`
	Step    int     `json:"step"` // steps done; for a restart, in the attempt that it ended
	Losses  Losses  `json:"losses,omitempty"`
	Seconds float64 `json:"seconds"`
	Reason  string  `json:"reason,omitempty"`

	HeldOut *float64 `json:"held_out,omitempty"` // the measure of the held-out data after the step
}

const restartEvent = "restart"

// logger appends to a log.
type logger struct {
	file *os.File
	path string
}

// openLog creates a log.
func openLog(dir string) (*logger, error) {
	return openLogFile(filepath.Join(dir, LogFile), os.O_TRUNC)
}

// reopenLog continues a log after cutting off everything later than a step of an attempt.
func reopenLog(dir string, attempt, step int) (*logger, error) {
	path := filepath.Join(dir, LogFile)
	lines, _, err := readLines(path)
	if err != nil && !os.IsNotExist(err) {
		return nil, fmt.Errorf("cannot read the log %s: %w", path, err)
	}
	err = atomicfile.WriteTo(path, func(w io.Writer) error {
		encoder := json.NewEncoder(w)
		for _, l := range lines {
			earlier := l.Attempt < attempt || l.Attempt == attempt && (l.Event == restartEvent || l.Step <= step)
			if !earlier {
				continue
			}
			if err := encoder.Encode(l); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return openLogFile(path, os.O_APPEND)
}

func openLogFile(path string, flag int) (*logger, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|flag, 0o644)
	if err != nil {
		return nil, badinput.Errorf("cannot write the log: %w; choose a folder where files can be written", err)
	}
	return &logger{file, path}, nil
}

// write appends a line at once, so that the log can be followed while the training runs.
func (g *logger) write(l line) error {
	text, err := json.Marshal(l)
	if err == nil {
		_, err = g.file.Write(append(text, '\n'))
	}
	if err != nil {
		return fmt.Errorf("cannot write the log %s: %w", g.path, err)
	}
	return nil
}

// sync flushes the log to the disk.
func (g *logger) sync() error {
	if err := atomicfile.Sync(g.file); err != nil {
		return fmt.Errorf("cannot write the log %s: %w", g.path, err)
	}
	return nil
}

func (g *logger) close() { g.file.Close() }

// readLines returns the readable lines, and the number of the first unreadable line that is not the last, or 0. A
// crash leaves a last line that is cut short.
func readLines(path string) (lines []line, broken int, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, 0, err
	}
	scanner := bufio.NewScanner(bytes.NewReader(text))
	scanner.Buffer(nil, len(text)+1)
	pending := 0
	for n := 1; scanner.Scan(); n++ {
		if len(bytes.TrimSpace(scanner.Bytes())) == 0 {
			continue
		}
		if pending > 0 && broken == 0 {
			broken = pending
		}
		var l line
		if json.Unmarshal(scanner.Bytes(), &l) != nil {
			pending = n
			continue
		}
		lines = append(lines, l)
	}
	return lines, broken, scanner.Err()
}
