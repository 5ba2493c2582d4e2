// Package slurm gives work to Slurm, the batch system of computing clusters: it writes the script of a job array, submits it,
// and asks what has become of its tasks. It calls the programs sbatch and squeue, and sacct where squeue has forgotten a
// job and the cluster keeps accounts.
package slurm

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"hgn.local/kernels_xla/atomicfile"
	"hgn.local/pkg/badinput"
)

// Options says what a task gets. The zero value of each leaves it to the cluster.
type Options struct {
	Partition string
	Time      string   // limit of a task, as sbatch takes it: minutes, or 2:00:00
	CPUs      int      // of a task
	GRES      string   // generic resources, such as gpu:1
	AtOnce    int      // tasks that run at the same time
	Grace     int      // seconds before the time limit at which a task is told to save; 0 means 60
	Restarts  int      // how often a task that was stopped at its limit is queued again; 0 means 100
	Extra     []string // further options of sbatch, such as --account=physics
}

// Array is a job array. Task i runs Command with the number i as its last argument.
type Array struct {
	Name    string
	Folder  string // of the script and of the tasks' output, one file a task
	Command []string
	Tasks   []int
	Options
}

// ErrMissing is returned where Slurm's programs are not installed.
var ErrMissing = badinput.Errorf("sbatch is not found: this machine has no Slurm; run the sweep with --workers instead")

// Script returns the array's batch script. A task that reaches its time limit is first told to save, by SIGTERM, and then
// queued again, to go on where it stopped; so is one whose node fails. One that is cancelled is not.
func (a Array) Script() string {
	grace, restarts := a.Grace, a.Restarts
	if grace == 0 {
		grace = 60
	}
	if restarts == 0 {
		restarts = 100
	}
	var b strings.Builder
	option := func(format string, args ...any) { fmt.Fprintf(&b, "#SBATCH "+format+"\n", args...) }
	b.WriteString("#!/bin/bash\n")
	array := ranges(a.Tasks)
	if a.AtOnce > 0 {
		array += fmt.Sprintf("%%%d", a.AtOnce)
	}
	option("--job-name=%s", a.Name)
	option("--array=%s", array)
	option("--output=%s", filepath.Join(a.Folder, "task-%a.log"))
	option("--open-mode=append")
	option("--requeue")
	option("--signal=B:USR1@%d", grace)
	for _, o := range []struct{ name, value string }{{"partition", a.Partition}, {"time", a.Time}, {"gres", a.GRES}} {
		if o.value != "" {
			option("--%s=%s", o.name, o.value)
		}
	}
	if a.CPUs > 0 {
		option("--cpus-per-task=%d", a.CPUs)
	}
	for _, extra := range a.Extra {
		option("%s", extra)
	}
	words := make([]string, len(a.Command))
	for i, w := range a.Command {
		words[i] = quoted(w)
	}
	fmt.Fprintf(&b, `
child= again= stop=
trap 'again=1 stop=1; [ -z "$child" ] || kill -TERM $child 2>/dev/null' USR1
trap 'again= stop=1; [ -z "$child" ] || kill -TERM $child 2>/dev/null' TERM
%s "$SLURM_ARRAY_TASK_ID" &
child=$!
[ -z "$stop" ] || kill -TERM $child 2>/dev/null
while :; do
  wait $child; code=$? # a signal ends the waiting, not the child
  kill -0 $child 2>/dev/null || break
done
if [ -n "$again" ] && [ "$code" != 0 ] && [ "${SLURM_RESTART_COUNT:-0}" -lt %d ]; then
  scontrol requeue "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"
fi
exit $code
`, strings.Join(words, " "), restarts)
	return b.String()
}

// quoted returns a word of a shell's command.
func quoted(word string) string { return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'" }

// ranges writes numbers as sbatch takes them, 0-3,7.
func ranges(tasks []int) string {
	tasks = slices.Clone(tasks)
	slices.Sort(tasks)
	var parts []string
	for i := 0; i < len(tasks); {
		j := i
		for j+1 < len(tasks) && tasks[j+1] == tasks[j]+1 {
			j++
		}
		part := strconv.Itoa(tasks[i])
		if j > i {
			part += "-" + strconv.Itoa(tasks[j])
		}
		parts, i = append(parts, part), j+1
	}
	return strings.Join(parts, ",")
}

// Submit writes the script into the array's folder, which must exist, submits it, and returns the job's number.
func (a Array) Submit(ctx context.Context) (job string, err error) {
	for _, text := range append([]string{a.Name, a.Folder, a.Partition, a.Time, a.GRES}, a.Extra...) {
		if strings.ContainsAny(text, "\n\r") {
			return "", badinput.Errorf("%q does not fit on one line of a batch script", text)
		}
	}
	for _, extra := range a.Extra {
		if !strings.HasPrefix(extra, "-") {
			return "", badinput.Errorf("%q is no option of sbatch: write it as --account=physics", extra)
		}
	}
	if strings.Contains(a.Folder, "%") {
		return "", badinput.Errorf("sbatch takes the %% in the folder %s for a pattern: choose another name", a.Folder)
	}
	script := filepath.Join(a.Folder, "sweep.sh")
	if err := atomicfile.WriteFile(script, []byte(a.Script())); err != nil {
		return "", err
	}
	out, err := call(ctx, "sbatch", "--parsable", script)
	if err != nil {
		return "", err
	}
	job, _, _ = strings.Cut(strings.TrimSpace(out), ";") // the cluster's name may follow
	if _, err := strconv.Atoi(job); err != nil {
		return "", fmt.Errorf("sbatch answered %q instead of the number of a job", strings.TrimSpace(out))
	}
	return job, nil
}

// States returns the state of every task of a job that Slurm knows: PENDING, RUNNING, COMPLETED, CANCELLED, TIMEOUT,
// NODE_FAIL and so on. A cluster forgets jobs some minutes after their end, unless it keeps accounts.
func States(ctx context.Context, job string) (map[int]string, error) {
	out, err := call(ctx, "squeue", "--noheader", "--array", "--states=all", "--jobs="+job, "--format=%K %T")
	states := parse(out, "")
	if err == nil && len(states) > 0 {
		return states, nil
	}
	if errors.Is(err, ErrMissing) {
		return nil, err
	}
	if accounts, failed := call(ctx, "sacct", "--noheader", "--allocations", "--parsable2", "--jobs="+job, "--format=JobID,State"); failed == nil {
		return parse(strings.ReplaceAll(accounts, "|", " "), job+"_"), nil
	}
	if err != nil && strings.Contains(err.Error(), "Invalid job id") {
		err = nil // it is long over
	}
	return states, err
}

// parse reads lines "task state", in which the task's number follows a prefix.
func parse(text, prefix string) map[int]string {
	states := map[int]string{}
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) < 2 {
			continue
		}
		if task, err := strconv.Atoi(strings.TrimPrefix(fields[0], prefix)); err == nil {
			states[task] = fields[1]
		}
	}
	return states
}

// Alive tells whether a task in a state runs or is going to.
func Alive(state string) bool {
	return slices.Contains([]string{"PENDING", "RUNNING", "REQUEUED", "REQUEUE_HOLD", "SUSPENDED", "CONFIGURING", "COMPLETING", "RESIZING", "SIGNALING", "STAGE_OUT", "STOPPED", "REQUEUE_FED"}, state)
}

// patience bounds the time in which a program of Slurm must answer.
const patience = time.Minute

// call runs one of Slurm's programs.
func call(ctx context.Context, name string, args ...string) (string, error) {
	path, err := exec.LookPath(name)
	if err != nil {
		return "", ErrMissing
	}
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	var out, failed bytes.Buffer
	command := exec.CommandContext(ctx, path, args...)
	command.Stdout, command.Stderr = &out, &failed
	if err := command.Run(); err != nil {
		said := strings.Join(strings.Fields(failed.String()), " ")
		if said == "" {
			said = err.Error()
		}
		return out.String(), fmt.Errorf("%s failed: %s", name, said)
	}
	return out.String(), nil
}
