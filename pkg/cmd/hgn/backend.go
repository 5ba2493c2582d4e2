package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"hgn.local/kernels_xla/device"
	"hgn.local/kernels_xla/onnx"
	"hgn.local/pkg/progress"
)

// cellsRunOn chooses the backend of notebook cells, by the name that a Device has. Without XLA cells link about three
// times faster, which is worth it if they would run on another backend anyway. It installs a missing plugin now,
// rather than leave that to the first cell. If GOMLX_BACKEND asks for an unavailable backend, it returns an error
// marked as bad input.
func cellsRunOn(r *progress.Writer) (string, error) {
	return cellsBackend(r, device.Survey(), func() (string, error) {
		r.Begin("looking for XLA")
		defer r.End("done")
		d, err := device.Open(device.Options{Notice: notices{r}})
		if err != nil {
			return "", err
		}
		defer d.Close()
		return d.Name, nil
	})
}

// cellsBackend decides by a survey or, if that cannot tell, by opening a backend and taking its name.
func cellsBackend(r *progress.Writer, s device.Report, open func() (string, error)) (string, error) {
	switch {
	case s.WouldOpen == "":
		return "", usageError("GOMLX_BACKEND=%s: %s (hgn doctor shows what there is)", s.Requested, s.Why)
	case !isXLA(s.WouldOpen):
		r.Say("cells run on the backend %q: %s", s.WouldOpen, s.Why)
		return s.WouldOpen, nil
	case slices.ContainsFunc(s.Plugins, func(p device.Plugin) bool { return p.Error == "" }):
		return s.WouldOpen, nil
	}
	return open()
}

func isXLA(backend string) bool { return strings.HasPrefix(backend, "xla") }

// notices forwards the device's one-line notices.
type notices struct{ *progress.Writer }

func (n notices) Write(p []byte) (int, error) {
	n.Say("%s", strings.TrimRight(string(p), "\n"))
	return len(p), nil
}

// deviceFindings says on which backend programs would compute, according to a survey.
func deviceFindings(s device.Report) []finding {
	xla := finding{Name: "XLA", OK: s.XLA, Detail: "in this program, made for plugins of PJRT API " + s.API}
	if !s.XLA {
		xla.Detail = "not in this program"
		xla.Fix = "build with cgo, a C compiler and without the tag noxla, on Linux (amd64, arm64), macOS (arm64) or Windows (amd64)"
	}
	backend := finding{Name: "backend", OK: s.WouldOpen != "", Detail: s.WouldOpen + ": " + s.Why}
	if after := s.After(); backend.OK && len(after) > 0 {
		backend.Detail += "; where it fails, " + strings.Join(after, ", then ")
	}
	if !backend.OK {
		backend.Detail = "GOMLX_BACKEND=" + s.Requested + " cannot be had: " + s.Why
		backend.Fix = "unset GOMLX_BACKEND to let the program choose"
	}
	return append(append([]finding{xla}, pluginFindings(s)...), gpuFinding(s), onnxFinding(s), backend)
}

// pluginFindings returns the first usable plugin, and the unusable ones. If none is usable, the last finding says how
// to get one.
func pluginFindings(s device.Report) (findings []finding) {
	for _, p := range s.Plugins {
		if p.Error == "" {
			findings = append(findings, usedPlugin(p, s))
			break
		}
	}
	usable := len(findings) > 0
	for _, p := range s.Plugins {
		if p.Error != "" && !(isCUDA(p) && !s.GPU && usable) {
			findings = append(findings, finding{Name: "plugin", Detail: p.Path + " cannot be used: " + p.Error})
		}
	}
	if len(s.Plugins) == 0 {
		findings = append(findings, finding{Name: "plugin", Detail: "no XLA plugin found in " + listed(s.Folders)})
	}
	if !usable && s.XLA {
		last := &findings[len(findings)-1]
		last.Fix = installs("cpu") + ", or with --from FILE where there is no network"
		if s.InstallFailed != "" {
			last.Fix += " (" + s.InstallFailed + ")"
		}
	}
	return findings
}

// usedPlugin describes a working plugin: its API, whether that is one of the tested ones, and its devices.
func usedPlugin(p device.Plugin, s device.Report) finding {
	name := p.Name
	if p.Version != "" && !strings.HasSuffix(p.Name, p.Version) {
		name += " " + p.Version
	}
	f := finding{Name: "plugin", OK: true, Detail: fmt.Sprintf("%s, PJRT API %s (%s), %s, %s", name, p.API, p.Match, counted(p.Devices, "device"), p.Path)}
	if p.Match == "untested" {
		kind := "cpu"
		if isCUDA(p) {
			kind = "cuda"
		}
		f.Fix = fmt.Sprintf("it works, but is newer than the plugins this program was tested with (%s): %s installs such a one", s.API, installs(kind))
	}
	return f
}

// installs returns the command that installs a plugin where this program looks for it.
func installs(kind string) string {
	command := "hgn install-xla " + kind
	if _, set := os.LookupEnv("PJRT_PLUGIN_LIBRARY_PATH"); set {
		command = "unset PJRT_PLUGIN_LIBRARY_PATH; " + command
	}
	return command
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func isCUDA(p device.Plugin) bool { return strings.HasPrefix(p.Name, "cuda") }

// gpuFinding says which GPU there is and, if it is not used, why.
func gpuFinding(s device.Report) finding {
	if !s.GPU {
		return finding{Name: "GPU", Detail: "no NVIDIA device"}
	}
	present := "an NVIDIA device is present"
	if len(s.GPUs) > 0 {
		present = s.GPUs[0].Name + ", driver " + s.GPUs[0].Driver
	}
	failed := ""
	for _, p := range s.Plugins {
		switch {
		case isCUDA(p) && p.Error == "":
			return finding{Name: "GPU", OK: true, Detail: present}
		case isCUDA(p) && failed == "":
			failed = p.Path + " failed to load: " + p.Error
		}
	}
	if failed != "" {
		return finding{"GPU", false, present + ", but XLA's CUDA plugin " + failed, installs("cuda")}
	}
	return finding{"GPU", false, present + ", without XLA's CUDA plugin", installs("cuda")}
}

// onnxFinding looks for ONNX Runtime, the second choice if there is no XLA.
func onnxFinding(s device.Report) finding {
	howTo := "at " + onnx.Place() + ", or name it in " + onnx.LibraryEnv + "; the npm package onnxruntime-node carries it"
	switch {
	case s.ONNX != "" && s.ONNXError != "":
		return finding{"ONNX", false, s.ONNX + " cannot be used: " + s.ONNXError, "put a whole library " + howTo}
	case s.ONNX != "":
		return finding{Name: "ONNX", OK: true, Detail: s.ONNX}
	case !onnx.Available:
		return finding{Name: "ONNX", Detail: "ONNX Runtime is not in this program"}
	}
	return finding{"ONNX", false, "ONNX Runtime's library is not at hand", "put it " + howTo}
}

// listed returns the first few folders as text.
func listed(folders []string) string {
	const shown = 3
	if len(folders) <= shown {
		return strings.Join(folders, ", ")
	}
	return fmt.Sprintf("%s and %d more folders (hgn doctor --json lists them)", strings.Join(folders[:shown], ", "), len(folders)-shown)
}
