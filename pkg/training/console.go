package training

import (
	"fmt"
	"strings"

	"hgn.local/pkg/progress"
)

// Console returns an observer that shows a training with p.
func Console(p *progress.Writer) func(Event) {
	return func(e Event) {
		p.End("") // what was compiled is compiled
		switch e.Kind {
		case Compiling:
			p.Begin("compiling " + e.Message)
		case Started:
			if e.Message != "" {
				p.Say("%s", e.Message)
			}
		case Progress:
			p.Status(status(e))
		case Restarted:
			p.Say("attempt %d begins: %s", e.Attempt+1, e.Message)
		case Interrupted:
			p.Say("interrupted at step %d of %d", e.Step, e.Steps)
		case Finished:
			p.Say("%d steps in %s%s", e.Step, progress.Duration(e.Elapsed), parts(e.Smoothed))
			if e.Ended > 0 {
				p.Say("the training ended after step %d, and step %d is kept: its held-out measure of %.4g is the least", e.Ended, e.Step, *e.HeldOut)
			}
		case Failed:
			p.Erase() // The caller prints the error itself.
		}
	}
}

// status describes the state of a training in one line. What matters most comes first, because a terminal may cut it.
func status(e Event) string {
	var b strings.Builder
	fmt.Fprintf(&b, "step %d/%d (%d%%)  %s", e.Step, e.Steps, 100*e.Step/e.Steps, progress.Duration(e.Elapsed))
	if e.Left > 0 {
		fmt.Fprintf(&b, ", %s left", progress.Duration(e.Left))
	}
	if e.StepsPerSecond > 0 {
		fmt.Fprintf(&b, "  %.3g steps/s", e.StepsPerSecond)
	}
	if e.HeldOut != nil {
		fmt.Fprintf(&b, "  held out %.4g", *e.HeldOut)
	}
	b.WriteString(parts(e.Smoothed))
	return b.String()
}

// parts lists losses, with two spaces before each.
func parts(l Losses) string {
	var b strings.Builder
	for _, name := range l.Names() {
		fmt.Fprintf(&b, "  %s %.4g", name, l[name])
	}
	return b.String()
}
