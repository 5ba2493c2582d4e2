//go:build cgo && !noxla && linux && amd64

package device

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// pips lists the commands that may be pip; the first that answers is used. uv has no command of its own that
// downloads a wheel, but it runs pip.
var pips = [][]string{{"python3", "-m", "pip"}, {"pip3"}, {"pip"}, {"uv", "--quiet", "tool", "run", "pip"}}

var errNoPip = errors.New("there is no pip to download it with (python3 -m pip, pip3) and no uv")

// findPip returns the first of pips that answers.
func findPip(ctx context.Context) ([]string, error) {
	for _, pip := range pips {
		if _, err := exec.LookPath(pip[0]); err != nil {
			continue
		}
		if pip[0] == "uv" || exec.CommandContext(ctx, pip[0], append(pip[1:len(pip):len(pip)], "--version")...).Run() == nil {
			return pip, nil
		}
	}
	return nil, errors.Join(ctx.Err(), errNoPip)
}

// pipDownload has pip download one wheel into a folder. pip uses the user's settings, such as a mirror. It downloads
// into a temporary folder here, whose growth is the progress.
func pipDownload(ctx context.Context, w wheel, folder string, progress func(bytes int64)) (file string, err error) {
	pip, err := findPip(ctx)
	if err != nil {
		return "", err
	}
	temporary := filepath.Join(folder, "tmp")
	requirements := filepath.Join(folder, "requirements.txt")
	line := fmt.Sprintf("%s==%s --hash=sha256:%s\n", w.name, w.version, w.sha256)
	if err := errors.Join(os.Mkdir(temporary, 0o755), os.WriteFile(requirements, []byte(line), 0o644)); err != nil {
		return "", err
	}
	command := exec.CommandContext(ctx, pip[0], append(pip[1:len(pip):len(pip)], "download", "--no-deps", "--only-binary", ":all:",
		"--no-input", "--disable-pip-version-check", "--no-cache-dir", "--progress-bar", "off", "--timeout", "10", "--retries", "1",
		"--require-hashes", "-r", requirements, "-d", folder)...)
	command.Env = append(os.Environ(), "TMPDIR="+temporary)
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // kill also ends what the command started, which under uv is pip itself
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
	command.WaitDelay = time.Second
	var out bytes.Buffer
	command.Stdout, command.Stderr = &out, &out
	stop := watch(folder, progress)
	err = command.Run()
	stop()
	switch {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case err != nil:
		return "", pipFailure(out.String(), err)
	}
	entries, _ := os.ReadDir(folder)
	for _, e := range entries {
		if filepath.Ext(e.Name()) == ".whl" {
			return filepath.Join(folder, e.Name()), nil
		}
	}
	return "", errors.New("pip left no wheel")
}

// pipFailure condenses what pip says of its failure into one sentence.
func pipFailure(output string, err error) error {
	var last string
	for line := range strings.Lines(output) {
		if e, ok := strings.CutPrefix(strings.TrimSpace(line), "ERROR: "); ok && last == "" {
			last = e
		}
	}
	switch {
	case strings.Contains(output, "DO NOT MATCH THE HASHES"):
		return errors.New("what pip downloaded has another SHA-256 than the one pinned")
	case strings.Contains(output, "Retrying (") || strings.Contains(output, "NewConnectionError"):
		return errors.New("PyPI does not answer")
	case last != "":
		return fmt.Errorf("pip: %s", strings.TrimRight(last, "."))
	}
	if lines := strings.Split(strings.TrimSpace(output), "\n"); lines[len(lines)-1] != "" {
		return fmt.Errorf("pip: %s", oneLine(errors.New(lines[len(lines)-1])))
	}
	return fmt.Errorf("pip: %w", err)
}

// watch calls progress with the size of a folder's files, four times a second until stopped.
func watch(folder string, progress func(bytes int64)) (stop func()) {
	done, over := make(chan struct{}), make(chan struct{})
	look := func() {
		var size int64
		filepath.WalkDir(folder, func(_ string, entry fs.DirEntry, err error) error {
			if err == nil && entry.Type().IsRegular() {
				if info, err := entry.Info(); err == nil {
					size += info.Size()
				}
			}
			return nil
		})
		progress(size)
	}
	go func() {
		defer close(over)
		for {
			select {
			case <-done:
				look()
				return
			case <-time.After(250 * time.Millisecond):
				look()
			}
		}
	}()
	return func() {
		close(done)
		<-over
	}
}
