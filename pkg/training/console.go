package training

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"
)

// consoleEvery is the time between the lines of progress where they are not written over each other.
const consoleEvery = 10 * time.Second

// Console returns an observer that shows a training on w: on a terminal in one line that is written over and over,
// elsewhere in a line every 10 seconds.
func Console(w io.Writer) func(Event) {
	c := &console{w: w}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb" {
		c.width = func() int {
			if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 20 {
				return width
			}
			return 80
		}
	}
	return c.observe
}

type console struct {
	w     io.Writer
	width func() int // of the terminal; nil elsewhere
	wrote time.Time
}

func (c *console) observe(e Event) {
	switch e.Kind {
	case Started:
		c.wrote = time.Now()
		if e.Message != "" {
			c.line(e.Message)
		}
	case Progress:
		switch {
		case c.width != nil:
			fmt.Fprint(c.w, "\r\x1b[K"+clip(status(e), c.width()-1))
		case time.Since(c.wrote) >= consoleEvery:
			c.wrote = time.Now()
			c.line(status(e))
		}
	case Restarted:
		c.line(fmt.Sprintf("attempt %d begins: %s", e.Attempt+1, e.Message))
	case Interrupted:
		c.line(fmt.Sprintf("interrupted at step %d of %d", e.Step, e.Steps))
	case Finished:
		c.line(fmt.Sprintf("%d steps in %s%s", e.Step, brief(e.Elapsed), parts(e.Smoothed)))
	case Failed:
		c.erase() // the error itself is the caller's to show
	}
}

func (c *console) line(text string) {
	c.erase()
	fmt.Fprintln(c.w, text)
}

func (c *console) erase() {
	if c.width != nil {
		fmt.Fprint(c.w, "\r\x1b[K")
	}
}

// status is how a training stands, in one line.
func status(e Event) string {
	var b strings.Builder
	fmt.Fprintf(&b, "step %d/%d (%d%%)", e.Step, e.Steps, 100*e.Step/e.Steps)
	b.WriteString(parts(e.Smoothed))
	if e.StepsPerSecond > 0 {
		fmt.Fprintf(&b, "  %.3g steps/s", e.StepsPerSecond)
	}
	fmt.Fprintf(&b, "  %s", brief(e.Elapsed))
	if e.Left > 0 {
		fmt.Fprintf(&b, ", %s left", brief(e.Left))
	}
	return b.String()
}

// parts lists losses, each after two spaces.
func parts(l Losses) string {
	var b strings.Builder
	for _, name := range l.Names() {
		fmt.Fprintf(&b, "  %s %.4g", name, l[name])
	}
	return b.String()
}

// brief is a duration as people read it: 12s, 2m05s, 1h30m.
func brief(d time.Duration) string {
	switch s := int(d.Seconds()); {
	case d < 10*time.Second:
		return fmt.Sprintf("%.1fs", d.Seconds())
	case s < 60:
		return fmt.Sprintf("%ds", s)
	case s < 3600:
		return fmt.Sprintf("%dm%02ds", s/60, s%60)
	default:
		return fmt.Sprintf("%dh%02dm", s/3600, s/60%60)
	}
}

// clip cuts a line to n characters.
func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}
