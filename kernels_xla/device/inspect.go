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

// inspection is the result of starting a plugin.
type inspection struct {
	API     string // version of its PJRT API, as "0.115"; "" if it could not be loaded
	Match   string // as in Plugin
	Devices int
	Error   string // why it cannot be used
}

// inspectEnv names the plugin that a process was started to inspect.
const inspectEnv = "HGN_INSPECT_PLUGIN"

// inspectLimit bounds the time that a plugin may take to start and to run a small program. CUDA's takes seconds.
var inspectLimit = 30 * time.Second

// serving tells whether the program called ServeInspection, so that another process of it can inspect a plugin.
var serving bool

// ServeInspection lets [Survey] and [Install] start plugins in another process of this program, so that a plugin that
// crashes does not end this one. Call it first in main: in a process that was started to inspect a plugin it does not
// return. If it is not called, plugins are started in the same process.
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

// startPlugin opens a plugin and has it compute something. It is nil if XLA is not compiled in.
var startPlugin func(path string) inspection

// inspect starts a plugin, in a separate process if possible, and reports what it found.
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

// firstLine returns the first line of a text, or the error if the text is empty.
func firstLine(text string, otherwise error) string {
	if text = strings.TrimSpace(text); text != "" {
		return oneLine(errors.New(text))
	}
	return fmt.Sprint(otherwise)
}

// lastLine drops the lines that a library may have printed before.
func lastLine(out []byte) []byte {
	out = bytes.TrimSpace(out)
	return out[bytes.LastIndexByte(out, '\n')+1:]
}
