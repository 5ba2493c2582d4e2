//go:build unix

package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"hgn.local/pkg/training"
)

// collected is what the tests read of a sweep's table besides sweepOutcome.
type collected struct {
	sweepOutcome
	Missing []missing
}

// asCommand makes sweeps start this test's program as hgn.
func asCommand(t *testing.T) {
	t.Helper()
	t.Setenv("GOMLX_BACKEND", "go")
	t.Setenv("HGN_AS_COMMAND", "1")
	before := self
	self = thisTest
	t.Cleanup(func() { self = before })
}

func collect(t *testing.T, args ...string) (out collected, stderr string) {
	t.Helper()
	code, stdout, stderr := hgn(t, append(args, "--json")...)
	if err := json.Unmarshal([]byte(stdout), &out); code != exitDone || err != nil {
		t.Fatalf("exit code %d, %v, %s", code, err, stderr)
	}
	return out, stderr
}

// A sweep by two workers gives the weights of one without, and the same table; what is done is not done again. Without
// training, the table says what is missing, and that a checkpoint was cut.
func TestSweepWorkers(t *testing.T) {
	asCommand(t)
	one, two := t.TempDir(), t.TempDir()
	sweep := func(dir string, more ...string) []string {
		return small(dir, append([]string{"--seeds", "1-3", "--test", "100"}, more...)...)
	}
	before, _ := collect(t, sweep(two, "--collect")...)
	if before.Trainings != 3 || before.Done != 0 || len(before.Missing) != 3 || before.Missing[0].Steps != 12 || before.Missing[0].Step != 0 {
		t.Errorf("before anything: %+v", before)
	}
	if entries, _ := os.ReadDir(two); len(entries) != 0 {
		t.Error("asking made files")
	}
	alone, _ := collect(t, sweep(one)...)
	both, stderr := collect(t, sweep(two, "--workers", "2")...)
	if both.Done != 3 || len(both.Missing) != 0 || !strings.Contains(stderr, "3 of 3 trainings are to be done, 2 at a time") {
		t.Fatalf("%+v\n%s", both, stderr)
	}
	if a, b := alone.Densities.Rows[0].Spread, both.Densities.Rows[0].Spread; *a != *b {
		t.Errorf("one by one %+v, by two workers %+v", a, b)
	}
	runs, err := filepath.Glob(filepath.Join(two, "*", training.CheckpointFile))
	if err != nil || len(runs) != 3 {
		t.Fatalf("%v, %v", runs, err)
	}
	for _, path := range runs {
		other := filepath.Join(one, filepath.Base(filepath.Dir(path)), training.CheckpointFile)
		if same, err := training.SameVariables(path, other); err != nil || !same {
			t.Errorf("%s has the same weights as %s: %v, %v", path, other, same, err)
		}
	}
	if _, stderr = collect(t, sweep(two, "--workers", "2")...); !strings.Contains(stderr, "0 of 3 trainings are to be done") {
		t.Errorf("again: %s", stderr)
	}

	if err := os.Truncate(runs[1], 100); err != nil {
		t.Fatal(err)
	}
	cut, _ := collect(t, sweep(two, "--collect")...)
	if cut.Done != 2 || len(cut.Missing) != 1 || !strings.Contains(cut.Missing[0].Why, "damaged") {
		t.Errorf("with a checkpoint cut: %+v", cut)
	}
	code, stdout, stderr := hgn(t, sweep(two, "--workers", "2")...)
	if code != exitFailed || !strings.Contains(stdout, "1 of 3 trainings are missing") || !strings.Contains(stdout, "damaged") || !strings.Contains(stderr, "some trainings failed") {
		t.Errorf("exit code %d\n%s\n%s", code, stdout, stderr)
	}
	for _, bad := range [][]string{{"--workers", "0"}, {"--workers", "2", "--collect"}, {"--only", "3"}, {"--partition", "gpu"}, {"--slurm", "--cpus", "-1"}} {
		if code, _, stderr := hgn(t, sweep(two, bad...)...); code != exitBadInput || strings.Count(stderr, "\n") != 1 {
			t.Errorf("%v: exit code %d, %s", bad, code, stderr)
		}
	}
}

// A sweep that is given to Slurm submits what is missing and nobody works on, with the flags of its trainings, and the table
// says how Slurm's tasks stand.
func TestSweepSlurm(t *testing.T) {
	asCommand(t)
	bin, dir := t.TempDir(), t.TempDir()
	for name, script := range map[string]string{
		"sbatch": `grep '^#SBATCH --array' "$2" >>` + bin + `/arrays; echo 7`,
		"squeue": `[ -e ` + bin + `/over ] && { echo '0 TIMEOUT'; echo '1 CANCELLED'; } || { echo '0 RUNNING'; echo '1 PENDING'; }`,
	} {
		if err := os.WriteFile(filepath.Join(bin, name), []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", bin+":"+os.Getenv("PATH"))
	sweep := func(more ...string) []string {
		return small(dir, append([]string{"--grid", "learning_rate=0.01;0.02", "--test", "100"}, more...)...)
	}
	submit := sweep("--slurm", "--partition", "p", "--at-once", "3", "--sbatch=--account=a")
	if code, stdout, stderr := hgn(t, submit...); code != exitDone || stdout != "7\n" {
		t.Fatalf("exit code %d, %q, %s", code, stdout, stderr)
	}
	script, err := os.ReadFile(filepath.Join(dir, "slurm", "sweep.sh"))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"--array=0-1%3", "--partition=p", "--account=a", "'sweep' 'nhf'", "'--grid=learning_rate=0.01;0.02'", "'--set=batch=16' '--set=energy_hidden=[8]'", "'--only'"} {
		if !strings.Contains(string(script), part) {
			t.Errorf("the script lacks %s:\n%s", part, script)
		}
	}
	if strings.Contains(string(script), "'--slurm") || strings.Contains(string(script), "'--partition") {
		t.Errorf("a task would submit others:\n%s", script)
	}
	if code, _, stderr := hgn(t, submit...); code != exitDone || !strings.Contains(stderr, "nothing to submit: 0 of 2 trainings are done, and 2 wait or run") {
		t.Errorf("exit code %d, %s", code, stderr)
	}
	waiting, _ := collect(t, sweep("--collect")...)
	if len(waiting.Missing) != 2 || waiting.Missing[0].State != "running" || waiting.Missing[1].State != "pending" {
		t.Errorf("%+v", waiting.Missing)
	}
	if err := os.WriteFile(filepath.Join(bin, "over"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := hgn(t, sweep("--only", "0")...); code != exitDone {
		t.Fatalf("exit code %d, %s", code, stderr)
	}
	over, _ := collect(t, sweep("--collect")...)
	if over.Done != 1 || len(over.Missing) != 1 || over.Missing[0].State != "cancelled" {
		t.Errorf("%+v", over)
	}
	if code, _, stderr := hgn(t, submit...); code != exitDone {
		t.Fatalf("exit code %d, %s", code, stderr)
	}
	arrays, err := os.ReadFile(filepath.Join(bin, "arrays"))
	if want := []string{"#SBATCH --array=0-1%3", "#SBATCH --array=1%3"}; err != nil || !slices.Equal(strings.Split(strings.TrimSpace(string(arrays)), "\n"), want) {
		t.Errorf("submitted were %q, %v", arrays, err)
	}
}

// A sweep by workers that is interrupted has its trainings save, and goes on from there.
func TestSweepWorkersInterrupted(t *testing.T) {
	asCommand(t)
	dir := t.TempDir()
	args := append(small(dir, "--seeds", "1-2", "--test", "100", "--workers", "2"), "--steps", "4000")
	child := command(args...)
	var out bytes.Buffer
	child.Stdout, child.Stderr = &out, &out
	child.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	logs := filepath.Join(dir, "*", training.LogFile)
	for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		if found, _ := filepath.Glob(logs); len(found) == 2 && empty(found) == 0 {
			break
		}
		if time.Since(began) > 2*time.Minute {
			t.Fatalf("no training began:\n%s", out.String())
		}
	}
	syscall.Kill(-child.Process.Pid, syscall.SIGINT) // as Ctrl-C in a terminal
	child.Wait()
	if !strings.Contains(out.String(), "interrupted; the same command goes on from there") || !strings.Contains(out.String(), "2 of 2 trainings are missing") {
		t.Errorf("it says:\n%s", out.String())
	}
	found, _ := filepath.Glob(filepath.Join(dir, "*", training.CheckpointFile))
	if len(found) != 2 {
		t.Errorf("%d trainings were saved:\n%s", len(found), out.String())
	}
}

// empty counts the files without content.
func empty(files []string) (n int) {
	for _, f := range files {
		if info, err := os.Stat(f); err != nil || info.Size() == 0 {
			n++
		}
	}
	return n
}
