package device

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gomlx/compute"

	"hgn.local/kernels_xla/onnx"
)

// Candidate is a backend that [Open] tries.
type Candidate struct {
	Backend string `json:"backend"`           // as Device.Name
	Plugin  string `json:"plugin,omitempty"`  // XLA's plugin, a file
	Install bool   `json:"install,omitempty"` // its plugin must be downloaded first
	Missing string `json:"missing,omitempty"` // why Open passes over it; empty if it is tried
}

// Plan lists the backends that [Open] tries, in this order, until one opens. Nothing is started or downloaded. It
// returns an error if GOMLX_BACKEND asks for something that this machine does not have.
func Plan() ([]Candidate, error) {
	plan, _, err := planFor(wantedBackend(), candidates(pluginFolders()))
	return plan, err
}

func wantedBackend() string { return strings.TrimSpace(os.Getenv(compute.ConfigEnvVar)) }

var errWithoutXLA = errors.New("this binary was built without XLA (no cgo, the tag noxla, or a platform that XLA is not built for)")

// planFor returns the plan for a value of GOMLX_BACKEND and the installed plugins, and the options that the value
// gives to the backend.
func planFor(wanted string, plugins []Plugin) (plan []Candidate, options string, err error) {
	name, config, _ := strings.Cut(wanted, ":")
	switch {
	case wanted == "":
		if openXLA != nil {
			plan, _, _ = planXLA("", plugins)
		}
		if onnx.Available && onnx.Library() != "" {
			plan = append(plan, Candidate{Backend: onnxName})
		}
		return append(plan, Candidate{Backend: goName}), "", nil
	case isXLA(name):
		if openXLA == nil {
			return nil, "", errWithoutXLA
		}
		return planXLA(config, plugins)
	case name == onnxName || name == "onnxruntime":
		return []Candidate{{Backend: onnxName}}, config, nil
	}
	return []Candidate{{Backend: name}}, config, nil
}

// planXLA plans for a plugin given by name or absolute path, with go-xla's options after a comma. Without a name it
// plans CUDA's if there is a GPU, then the CPU's, which is to be installed if it is missing.
func planXLA(config string, plugins []Plugin) (plan []Candidate, options string, err error) {
	plugin, options, _ := strings.Cut(config, ",")
	if filepath.IsAbs(plugin) {
		return []Candidate{{Backend: deviceName(plugin), Plugin: plugin}}, options, nil
	}
	kinds := []string{plugin}
	if plugin == "" {
		kinds = []string{"cpu"}
		if hasGPU() {
			kinds = []string{"cuda", "cpu"}
		}
	}
	for _, kind := range kinds {
		found := matching(plugins, kind, wantedVersion)
		for _, p := range found {
			plan = append(plan, Candidate{Backend: deviceName(p.Path), Plugin: p.Path})
		}
		switch {
		case len(found) > 0:
		case kind == "cpu":
			plan = append(plan, Candidate{Backend: "xla:cpu", Install: true})
		case plugin == "":
			plan = append(plan, Candidate{Backend: "xla:" + kind, Missing: missingCUDA()})
		default:
			return nil, "", fmt.Errorf("no XLA plugin %q is installed (found: %s)", kind, namesOf(plugins))
		}
	}
	return plan, options, nil
}

func missingCUDA() string {
	if folders, set := os.LookupEnv(pluginPathEnv); set {
		return "there is no CUDA plugin in " + pluginPathEnv + "=" + folders + " (copy it there, or unset the variable and run hgn install-xla cuda)"
	}
	return "XLA's CUDA plugin is not installed (hgn install-xla cuda installs it)"
}

func namesOf(plugins []Plugin) string {
	var names []string
	for _, p := range plugins {
		names = append(names, p.Name)
	}
	if names == nil {
		return "none"
	}
	return strings.Join(names, ", ")
}

// open opens one candidate with these options.
func (c Candidate) open(options string, o Options) (*Device, error) {
	switch {
	case c.Missing != "":
		return nil, errors.New(c.Missing)
	case isXLA(strings.Split(c.Backend, ":")[0]):
		return openXLA(c.Plugin, options, o)
	case c.Backend == onnxName:
		return openONNX(options)
	case c.Backend == goName:
		return openGo(options, o)
	}
	b, err := guard(func() (compute.Backend, error) {
		return compute.NewWithConfig(strings.TrimSuffix(c.Backend+":"+options, ":"))
	})
	if err != nil {
		return nil, err
	}
	return &Device{Backend: b, Name: c.Backend, SIMD: simd}, nil
}

// judged returns the candidates of a plan with what a survey knows of them: Missing says why a candidate could not be
// opened.
func (r Report) judged(plan []Candidate) []Candidate {
	plan = slices.Clone(plan)
	for i := range plan {
		c := &plan[i]
		switch {
		case c.Missing != "":
		case c.Install && !r.AutoInstall:
			c.Missing = "the CPU plugin is not installed and installing is turned off"
		case c.Install:
			c.Missing = r.InstallFailed
		case c.Plugin != "":
			if j := slices.IndexFunc(r.Plugins, func(p Plugin) bool { return p.Path == c.Plugin }); j >= 0 {
				c.Missing = r.Plugins[j].Error
			}
		case c.Backend == onnxName:
			c.Missing = r.ONNXError
			if r.ONNX == "" {
				c.Missing = "ONNX Runtime's library is not at hand, or not for this binary"
			}
		case c.Backend != goName && !slices.Contains(compute.List(), c.Backend):
			c.Missing = compute.ConfigEnvVar + " names a backend that this binary does not have"
		}
	}
	return plan
}

// After lists the backends that Open would try if the one that the survey says it would open failed.
func (r Report) After() (names []string) {
	for _, c := range r.Plan {
		if c.Missing == "" {
			names = append(names, c.Backend)
		}
	}
	if len(names) == 0 {
		return nil
	}
	return slices.Compact(names[1:])
}

// outcome returns the first backend of a plan that can be opened, and why it is that one.
func (r Report) outcome(plan []Candidate, err error) (name, why string) {
	if err != nil {
		return "", oneLine(err)
	}
	var passed []string
	for i, c := range plan {
		if c.Missing != "" {
			passed = append(passed, c.Backend+": "+c.Missing)
			continue
		}
		next := slices.IndexFunc(plan[i+1:], func(c Candidate) bool { return c.Missing == "" })
		switch {
		case c.Install && next >= 0:
			why = "the CPU plugin would be downloaded; where that fails, " + plan[i+1+next].Backend
		case c.Install:
			why = "its plugin would be downloaded"
		case r.Requested != "":
			why = compute.ConfigEnvVar + " asks for it"
		case c.Backend == onnxName:
			why = "ONNX Runtime's library is at hand"
		case c.Backend == "xla:cuda":
			why = "a GPU and its plugin are present"
		case c.Plugin != "":
			why = "the CPU plugin is installed"
		case openXLA == nil:
			why = errWithoutXLA.Error()
		default:
			why = "it is always there"
		}
		return c.Backend, strings.Join(append([]string{why}, passed...), "; not ")
	}
	return "", strings.Join(passed, "; ")
}
