package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/mattn/go-isatty"
)

// reporter tells what goes on, line by line. While something takes long it shows that it is alive: on a terminal by
// rewriting the last line, elsewhere by a line every now and then.
type reporter struct {
	w        io.Writer
	terminal bool
	pulse    time.Duration // between signs of life

	mu      sync.Mutex
	what    string // the activity, "" when there is none
	detail  string // the last thing that it said
	started time.Time
	stop    chan struct{}
}

func newReporter(w io.Writer) *reporter {
	f, ok := w.(*os.File)
	terminal := ok && isatty.IsTerminal(f.Fd()) && os.Getenv("TERM") != "dumb"
	pulse := 10 * time.Second
	if terminal {
		pulse = 500 * time.Millisecond
	}
	return &reporter{w: w, terminal: terminal, pulse: pulse}
}

// say prints a line.
func (r *reporter) say(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.erase()
	fmt.Fprintf(r.w, format+"\n", args...)
}

// begin starts an activity. The one before it, if any, ends silently.
func (r *reporter) begin(what string) {
	r.end("")
	r.mu.Lock()
	defer r.mu.Unlock()
	r.what, r.detail, r.started, r.stop = what, "", time.Now(), make(chan struct{})
	r.draw()
	go func(stop <-chan struct{}) {
		for {
			select {
			case <-stop:
				return
			case <-time.After(r.pulse):
				r.beat(stop)
			}
		}
	}(r.stop)
}

// note remembers what the activity said last.
func (r *reporter) note(detail string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.detail = detail
}

// end finishes the activity with a line that carries its time and the result, or silently when result is "".
func (r *reporter) end(result string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.what == "" {
		return
	}
	close(r.stop)
	r.erase()
	if result != "" {
		fmt.Fprintf(r.w, "%s  %s, %s\n", r.what, result, elapsed(time.Since(r.started)))
	}
	r.what = ""
}

func (r *reporter) beat(stop <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	select {
	case <-stop: // ended while we waited for the lock
		return
	default:
	}
	if r.terminal {
		r.draw()
		return
	}
	line := fmt.Sprintf("%s  running, %s", r.what, elapsed(time.Since(r.started)))
	if r.detail != "" {
		line += "  | " + clip(r.detail, 80)
	}
	fmt.Fprintln(r.w, line)
}

// draw writes the activity on the terminal's last line.
func (r *reporter) draw() {
	if !r.terminal {
		return
	}
	line := fmt.Sprintf("%s  %s", clip(r.what, 60), elapsed(time.Since(r.started)))
	if r.detail != "" {
		line += "  | " + r.detail
	}
	fmt.Fprint(r.w, "\r\x1b[K"+clip(line, 79))
}

func (r *reporter) erase() {
	if r.terminal {
		fmt.Fprint(r.w, "\r\x1b[K")
	}
}

// elapsed is a duration as people read it: 0.4s, 12s, 2m05s.
func elapsed(d time.Duration) string {
	switch {
	case d < 10*time.Second:
		return fmt.Sprintf("%.1fs", d.Seconds())
	case d < time.Minute:
		return fmt.Sprintf("%.0fs", d.Seconds())
	case d < time.Hour:
		return fmt.Sprintf("%dm%02ds", int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf("%dh%02dm", int(d.Hours()), int(d.Minutes())%60)
}

// clip cuts s to n characters.
func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}
