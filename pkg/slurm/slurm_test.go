package slurm

import (
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"hgn.local/pkg/badinput"
)

// pretend puts programs with the names of Slurm's into the path, as shell scripts.
func pretend(t *testing.T, programs map[string]string) {
	t.Helper()
	dir := t.TempDir()
	for name, script := range programs {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", dir+":/bin:/usr/bin")
}

func TestRanges(t *testing.T) {
	for want, tasks := range map[string][]int{"0-3,7": {7, 0, 2, 1, 3}, "5": {5}, "1,3,5-6": {1, 3, 6, 5}} {
		if got := ranges(tasks); got != want {
			t.Errorf("%v is %s, want %s", tasks, got, want)
		}
	}
}

// The script passes on what a task gets, and its shell hands words to the command as they are.
func TestScript(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "said")
	a := Array{
		Name: "sweep", Folder: dir, Command: []string{"/bin/sh", "-c", `printf '%s\n' "$@" >'` + out + `'; exit 3`, "x", "it's a;b", "$HOME"}, Tasks: []int{0, 1, 2, 5},
		Options: Options{Partition: "gpu", Time: "2:00:00", CPUs: 4, GRES: "gpu:1", AtOnce: 2, Extra: []string{"--account=physics"}},
	}
	script := a.Script()
	for _, line := range []string{"--array=0-2,5%2", "--partition=gpu", "--time=2:00:00", "--cpus-per-task=4", "--gres=gpu:1", "--account=physics", "--requeue", "--signal=B:USR1@60"} {
		if !strings.Contains(script, "\n#SBATCH "+line+"\n") {
			t.Errorf("the script lacks %s:\n%s", line, script)
		}
	}
	file := filepath.Join(dir, "run.sh")
	if err := os.WriteFile(file, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	command := exec.Command("bash", file)
	command.Env = append(os.Environ(), "SLURM_ARRAY_TASK_ID=5")
	var exit *exec.ExitError
	if err := command.Run(); !errors.As(err, &exit) || exit.ExitCode() != 3 {
		t.Errorf("the script ends with %v, its command with 3", err)
	}
	if text, err := os.ReadFile(out); err != nil || string(text) != "it's a;b\n$HOME\n5\n" {
		t.Errorf("the command got %q, %v", text, err)
	}
}

// A task that is told that its time ends saves and is queued again; one that is cancelled saves and is not.
func TestScriptSignals(t *testing.T) {
	for signal, again := range map[string]bool{"USR1": true, "TERM": false} {
		dir := t.TempDir()
		asked := filepath.Join(dir, "requeued")
		pretend(t, map[string]string{"scontrol": `echo "$@" >` + asked})
		work := `trap 'echo saved >` + dir + `/saved; exit 1' TERM; touch ` + dir + `/began; while :; do sleep 0.05; done`
		a := Array{Name: "x", Folder: dir, Command: []string{"/bin/sh", "-c", work, "x"}, Tasks: []int{0}}
		file := filepath.Join(dir, "run.sh")
		if err := os.WriteFile(file, []byte(a.Script()), 0o700); err != nil {
			t.Fatal(err)
		}
		command := exec.Command("bash", "-c", `bash `+file+` & p=$!; while [ ! -e `+dir+`/began ]; do sleep 0.02; done; kill -`+signal+` $p; wait $p`)
		command.Env = append(os.Environ(), "SLURM_ARRAY_TASK_ID=3", "SLURM_ARRAY_JOB_ID=17", "SLURM_JOB_ID=17")
		command.Run()
		if _, err := os.Stat(filepath.Join(dir, "saved")); err != nil {
			t.Errorf("%s: nothing was saved", signal)
		}
		text, _ := os.ReadFile(asked)
		if got := strings.TrimSpace(string(text)) == "requeue 17_3"; got != again { // 17 alone would be the whole array
			t.Errorf("%s: queued again %v, want %v (%q)", signal, got, again, text)
		}
	}
}

func TestSubmitAndStates(t *testing.T) {
	dir := t.TempDir()
	a := Array{Name: "x", Folder: dir, Command: []string{"true"}, Tasks: []int{0, 1}}
	pretend(t, map[string]string{"sbatch": "echo '42;cluster'", "squeue": "echo '0 COMPLETED'; echo '1 RUNNING'"})
	job, err := a.Submit(t.Context())
	if err != nil || job != "42" {
		t.Fatalf("%q, %v", job, err)
	}
	states, err := States(t.Context(), job)
	if want := map[int]string{0: "COMPLETED", 1: "RUNNING"}; err != nil || !maps.Equal(states, want) {
		t.Errorf("%v, %v", states, err)
	}
	pretend(t, map[string]string{"squeue": "echo 'slurm_load_jobs error: Invalid job id specified' >&2; exit 1", "sacct": "echo '42_0|COMPLETED'; echo '42_1|TIMEOUT'"})
	if states, err = States(t.Context(), "42"); err != nil || states[1] != "TIMEOUT" {
		t.Errorf("from the accounts: %v, %v", states, err)
	}
	pretend(t, map[string]string{"squeue": "echo 'Invalid job id specified' >&2; exit 1", "sacct": "exit 1"})
	if states, err = States(t.Context(), "42"); err != nil || len(states) != 0 {
		t.Errorf("of a forgotten job: %v, %v", states, err)
	}
	pretend(t, map[string]string{"sbatch": "echo 'error: invalid partition\nspecified' >&2; exit 1"})
	if _, err = a.Submit(t.Context()); err == nil || !strings.Contains(err.Error(), "sbatch failed: error: invalid partition specified") {
		t.Errorf("%v", err)
	}
	t.Setenv("PATH", dir)
	if _, err = a.Submit(t.Context()); !errors.Is(err, ErrMissing) || !badinput.Is(err) {
		t.Errorf("%v", err)
	}
	a.Extra = []string{"account"}
	if _, err = a.Submit(t.Context()); !badinput.Is(err) {
		t.Errorf("%v", err)
	}
}
