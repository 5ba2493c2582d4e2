package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"hgn.local/kernels_xla/device"
	"hgn.local/pkg/nbexec"
)

// finding is the result of one check of doctor.
type finding struct {
	Name   string `json:"name"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail"`        // what was found
	Fix    string `json:"fix,omitempty"` // how to get the missing part
}

// diagnosis is the output of doctor with --json.
type diagnosis struct {
	OK       bool          `json:"ok"` // notebooks and commands run
	Findings []finding     `json:"findings"`
	Device   device.Report `json:"device"`
}

func newDoctorCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "doctor",
		Example: `  hgn doctor
  hgn doctor --json`,
		Short: "Show what is there, what is missing and how to get it",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			d := diagnose(c.Context())
			if asJSON {
				return printJSON(c.OutOrStdout(), d)
			}
			return d.print(c.OutOrStdout())
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return c
}

// diagnose runs all checks. A missing part that only makes things slower or less comfortable does not affect OK.
func diagnose(ctx context.Context) diagnosis {
	needed := append([]finding{goFinding(ctx)}, checkoutFindings()...)
	d := diagnosis{OK: true, Findings: needed}
	d.Device = device.Survey()
	for _, f := range needed {
		d.OK = d.OK && f.OK
	}
	d.OK = d.OK && d.Device.WouldOpen != ""
	d.Findings = append(d.Findings, compilerFinding(), kernelspecFinding(), goplsFinding(), jupyterFinding(), simdFinding())
	d.Findings = append(d.Findings, deviceFindings(d.Device)...)
	return d
}

func (d diagnosis) print(w io.Writer) error {
	var out strings.Builder
	for _, f := range d.Findings {
		mark := "ok"
		if !f.OK {
			mark = "--"
		}
		fmt.Fprintf(&out, "%s  %-11s %s\n", mark, f.Name, f.Detail)
		if f.Fix != "" {
			fmt.Fprintf(&out, "    %-11s -> %s\n", "", f.Fix)
		}
	}
	_, err := io.WriteString(w, out.String())
	return err
}

func goFinding(ctx context.Context) finding {
	out, err := exec.CommandContext(ctx, "go", "env", "GOVERSION").Output()
	if err != nil {
		return finding{"Go", false, "the go command is not on the PATH", "install Go from https://go.dev/dl"}
	}
	return finding{Name: "Go", OK: true, Detail: strings.TrimSpace(string(out))}
}

// checkoutFindings checks the module and the tools that are built from it.
func checkoutFindings() []finding {
	root, err := nbexec.FindRoot(".")
	if err != nil {
		return []finding{{"checkout", false, "the working directory is not inside a checkout of this module", "change to the checkout's folder, the one with go.mod"}}
	}
	findings := []finding{{Name: "checkout", OK: true, Detail: root.Dir}}
	tools, err := nbexec.FindTools(root)
	if err != nil {
		return append(findings, finding{"tools", false, err.Error(), ""})
	}
	missing := strings.Join(tools.Missing(), " ")
	for _, t := range []struct{ title, program string }{{"GoNB", "gonb"}, {"goimports", "goimports"}} {
		f := finding{Name: t.title, OK: true, Detail: tools.Versions[t.program] + ", " + tools.Path(t.program)}
		if strings.Contains(missing, t.program) {
			f.Detail = tools.Versions[t.program] + ", not built yet"
			f.Fix = "hgn run, lab and kernel install build it, about a minute the first time"
		}
		findings = append(findings, f)
	}
	return findings
}

// goplsFinding looks for the program that completes names in Jupyter.
func goplsFinding() finding {
	root, err := nbexec.FindRoot(".")
	if err == nil {
		if tools, err := nbexec.FindTools(root); err == nil {
			if path, built := tools.Gopls(); built {
				return finding{Name: "gopls", OK: true, Detail: nbexec.GoplsVersion + ", " + path}
			}
		}
	}
	if path, err := exec.LookPath("gopls"); err == nil {
		return finding{Name: "gopls", OK: true, Detail: path}
	}
	return finding{"gopls", false, "not there: completion in Jupyter knows only the words of the notebook", "hgn kernel install --gopls"}
}

// compilerFinding looks for the C compiler that XLA's bindings need.
func compilerFinding() finding {
	name := strings.TrimSpace(os.Getenv("CC"))
	if name == "" {
		name = "gcc"
	}
	for _, cc := range []string{name, "cc", "clang"} {
		if path, err := exec.LookPath(strings.Fields(cc)[0]); err == nil {
			return finding{Name: "C compiler", OK: true, Detail: path}
		}
	}
	return finding{"C compiler", false, "none found: without it the programs contain no XLA", "on Debian or Ubuntu: sudo apt-get install gcc libc6-dev"}
}

func kernelspecFinding() finding {
	s, err := nbexec.Status()
	switch {
	case err != nil:
		return finding{"kernelspec", false, err.Error(), ""}
	case !s.Usable:
		return finding{"kernelspec", false, s.Name + ": " + s.Problem, "hgn kernel install, or hgn lab; hgn run does not need it"}
	}
	return finding{Name: "kernelspec", OK: true, Detail: s.Name + " for " + s.Root}
}

func jupyterFinding() finding {
	j, err := findJupyter()
	if err != nil {
		return finding{"Jupyter", false, "not found; hgn run does not need it", howToGetJupyter}
	}
	return finding{Name: "Jupyter", OK: true, Detail: filepath.Clean(j.program) + " " + j.command}
}

// simdFinding tells whether this program, and with it the commands that train, was built with Go's SIMD instructions.
func simdFinding() finding {
	switch {
	case device.SIMD():
		return finding{Name: "SIMD", OK: true, Detail: "in use"}
	case runtime.GOARCH == "amd64":
		return finding{"SIMD", false, "this program was built without it: training takes about twice as long on GoMLX's Go backend",
			"GOEXPERIMENT=simd go run ./pkg/cmd/hgn ... (notebook cells use it in any case)"}
	}
	return finding{Name: "SIMD", Detail: "Go offers none on " + runtime.GOARCH}
}
