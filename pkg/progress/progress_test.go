package progress

import (
	"bytes"
	"testing"
	"testing/synctest"
	"time"
)

func printed(t *testing.T, b *bytes.Buffer, want string) {
	t.Helper()
	if b.String() != want {
		t.Errorf("printed %q, want %q", b.String(), want)
	}
	b.Reset()
}

// Where there is no terminal, plain lines show every 10 seconds what is under way.
func TestPlainLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b bytes.Buffer
		p := New(&b)
		p.Begin("reading")
		p.Note("file 7")
		time.Sleep(21 * time.Second)
		p.End("done")
		p.Begin("quick")
		p.End("")
		p.Say("bye, %s", "all")
		printed(t, &b, "reading  running, 10s  | file 7\nreading  running, 20s  | file 7\nreading  done, 21s\nbye, all\n")
		p.Status("too soon")
		time.Sleep(10 * time.Second)
		p.Status("status")
		p.Status("again too soon")
		p.Erase()
		printed(t, &b, "status\n")
	})
}

// A terminal's last line is rewritten, and clipped to the terminal's width.
func TestTerminal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const erase = "\r\x1b[K"
		var b bytes.Buffer
		p := New(&b)
		p.width = func() int { return 21 }
		p.Status("0123456789012345678901234567890")
		p.Say("a line that stays, however long it is")
		printed(t, &b, erase+"0123456789012345678…"+erase+"a line that stays, however long it is\n")
		p.Begin("reading")
		p.Note("file 7")
		time.Sleep(700 * time.Millisecond)
		p.Begin("more")
		p.End("done")
		printed(t, &b, erase+"reading  0.0s"+erase+"reading  0.5s  | fi…"+erase+erase+"more  0.0s"+erase+"more  done, 0.0s\n")
	})
}

func TestDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{400 * time.Millisecond: "0.4s", 42 * time.Second: "42s", 125 * time.Second: "2m05s", 2*time.Hour + 3*time.Minute: "2h03m"} {
		if got := Duration(d); got != want {
			t.Errorf("Duration(%v) = %q, want %q", d, got, want)
		}
	}
}
