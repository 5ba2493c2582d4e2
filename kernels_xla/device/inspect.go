package device

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// inspection is what starting a plugin told.
type inspection struct {
	API     string // version of its PJRT API, as "0.115"; "" where it could not be loaded
	Match   string // as in Plugin
	Devices int
	Error   string // why it cannot be used
}

// inspectEnv names the plugin that a process was started to inspect.
const inspectEnv = "HGN_INSPECT_PLUGIN"

// inspectLimit is how long a plugin may take to start and to run a small program. CUDA's takes seconds.
var inspectLimit = 30 * time.Second

// serving is whether the program called ServeInspection, so that one more process of it can inspect a plugin.
var serving bool

// ServeInspection lets [Survey] and [Install] start plugins in another process of this program, so that one that crashes does
// not take this one with it. A program calls it first thing in main: in a process that was started for that purpose it
// does not return. Where it is not called, plugins are started in the same process.
func ServeInspection() {
	plugin := os.Getenv(inspectEnv)
	if plugin == "" || startPlugin == nil {
		serving = true
		return
	}
	var seen inspection
	silently(func() { seen = startPlugin(plugin) })
	json.NewEncoder(os.Stdout).Encode(seen)
	os.Exit(0)
}

// startPlugin opens a plugin and has it compute something. It is set where XLA is compiled in.
var startPlugin func(path string) inspection

// inspect starts a plugin, apart from this process where it can, and says what was seen.
func inspect(ctx context.Context, plugin string) inspection {
	program, err := os.Executable()
	if !serving || err != nil {
		return startPlugin(plugin)
	}
	ctx, cancel := context.WithTimeout(ctx, inspectLimit)
	defer cancel()
	command := exec.CommandContext(ctx, program)
	command.Env = append(os.Environ(), inspectEnv+"="+plugin)
	command.WaitDelay = time.Second
	var out, complaints bytes.Buffer
	command.Stdout, command.Stderr = &out, &complaints
	err = command.Run()
	var seen inspection
	switch {
	case err == nil && json.Unmarshal(lastLine(out.Bytes()), &seen) == nil:
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		seen.Error = fmt.Sprintf("it did not start within %s", inspectLimit)
	case ctx.Err() != nil:
		seen.Error = ctx.Err().Error()
	default:
		seen.Error = fmt.Sprintf("it crashes the program that loads it (%s)", firstLine(complaints.String(), err))
	}
	return seen
}

// firstLine is the first line of a text, or else the error.
func firstLine(text string, otherwise error) string {
	if text = strings.TrimSpace(text); text != "" {
		return oneLine(errors.New(text))
	}
	return fmt.Sprint(otherwise)
}

// lastLine leaves out what a library may have printed before.
func lastLine(out []byte) []byte {
	out = bytes.TrimSpace(out)
	return out[bytes.LastIndexByte(out, '\n')+1:]
}
