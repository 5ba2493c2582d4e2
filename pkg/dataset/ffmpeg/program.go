package ffmpeg

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"hgn.local/pkg/badinput"
)

// maxMessage is the number of bytes that are kept of what a program reports.
const maxMessage = 1 << 14

// Installed tells whether films can be read and written.
func Installed() bool {
	_, noProbe := exec.LookPath("ffprobe")
	_, noDecoder := exec.LookPath("ffmpeg")
	return noProbe == nil && noDecoder == nil
}

// program is ffmpeg or ffprobe at work on one film.
type program struct {
	film     string // path of the film, for messages
	cmd      *exec.Cmd
	out      *bufio.Reader
	messages *head
}

// start runs a program whose output is read from out. Both ends are the caller's: it must call finish.
func start(ctx context.Context, name, film string, in io.Reader, args ...string) (*program, error) {
	path, err := exec.LookPath(name)
	if err != nil {
		return nil, badinput.Errorf("films such as %s need the programs ffmpeg and ffprobe, and %s is not installed: install the package ffmpeg, or use .png files for the frames", film, name)
	}
	p := &program{film: film, cmd: exec.CommandContext(ctx, path, args...), messages: &head{}}
	p.cmd.Stdin, p.cmd.Stderr = in, p.messages
	p.cmd.WaitDelay = 2 * time.Second
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.out = bufio.NewReaderSize(out, 1<<16)
	if err := p.cmd.Start(); err != nil {
		return nil, badinput.Errorf("%s could not be started to read %s: %w", name, film, err)
	}
	return p, nil
}

// short is the error of a reader that found less output than it expects; what the program itself reports says why.
type short struct{ error }

// Unwrap returns the error without that mark.
func (s short) Unwrap() error { return s.error }

// finish waits for the end of the program, which reading stopped with the error failed, if not nil. What the program reports
// makes the film a bad one even if it ends well: pictures that it could not decode are missing or wrong.
func (p *program) finish(ctx context.Context, failed error) error {
	if failed != nil {
		p.cmd.Process.Kill() // an error means that it has ended
	}
	err := p.cmd.Wait()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if failed != nil && !errors.As(failed, new(short)) {
		return failed
	}
	if said := p.messages.sentence(); said != "" {
		return badinput.Errorf("%s cannot be read whole as a film: %s says %q: copy it anew, or cut off the damaged part", p.film, p.name(), said)
	}
	if failed != nil {
		return failed
	}
	if err != nil {
		return badinput.Errorf("%s cannot be read as a film: %s failed: %w", p.film, p.name(), err)
	}
	return nil
}

func (p *program) name() string { return filepath.Base(p.cmd.Path) }

// input returns the arguments that name the film to either program: by its absolute path behind a protocol, so that nothing in
// the name is taken for an option or an address, and with no more kinds of files and protocols than films need. A playlist
// under the name of a film is refused.
func input(film string) ([]string, error) {
	path, err := filepath.Abs(film)
	if err != nil {
		return nil, err
	}
	return []string{"-protocol_whitelist", "file,pipe", "-format_whitelist", "mov,avi,matroska,webm", "-i", "file:" + path}, nil
}

// head keeps the beginning of what is written to it.
type head struct{ bytes.Buffer }

// Write implements io.Writer.
func (h *head) Write(text []byte) (int, error) {
	if room := maxMessage - h.Len(); room > 0 {
		h.Buffer.Write(text[:min(room, len(text))])
	}
	return len(text), nil
}

// origin matches what stands before a message: the part of the program that it comes from, or the film.
var origin = regexp.MustCompile(`^(\[[^\]]*\] *|file:[^ ]*: )+`)

// sentence returns the first line of the messages.
func (h *head) sentence() string {
	for line := range strings.Lines(h.String()) {
		if line = strings.TrimSpace(origin.ReplaceAllString(strings.TrimSpace(line), "")); line != "" {
			return line
		}
	}
	return ""
}
