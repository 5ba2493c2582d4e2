package nbexec

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hgn.local/pkg/badinput"
)

func TestFindRoot(t *testing.T) {
	root, err := FindRoot(".")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(root.Dir, "pkg", "nbexec", "root.go")); err != nil {
		t.Errorf("the root is %s: %v", root.Dir, err)
	}
	elsewhere := t.TempDir()
	if err := os.WriteFile(filepath.Join(elsewhere, "go.mod"), []byte("module other.local\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := FindRoot(elsewhere); !badinput.Is(err) {
		t.Errorf("outside of a checkout the error is %v, want bad input", err)
	}
}

func TestToolsLiveInAFolderOfTheirVersions(t *testing.T) {
	t.Setenv(CacheVariable, filepath.Join(t.TempDir(), "cache"))
	root, err := FindRoot(".")
	if err != nil {
		t.Fatal(err)
	}
	tools, err := FindTools(root)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(tools.Dir, os.Getenv(CacheVariable)) || !strings.Contains(tools.Dir, tools.Versions["gonb"]) {
		t.Errorf("tools are in %s", tools.Dir)
	}
	if missing := tools.Missing(); len(missing) != 2 {
		t.Errorf("missing in an empty cache: %v", missing)
	}
}

func TestKernelspecInstallStatusRemove(t *testing.T) {
	t.Setenv("JUPYTER_DATA_DIR", t.TempDir())
	root, err := FindRoot(".")
	if err != nil {
		t.Fatal(err)
	}
	tools := &Tools{Dir: t.TempDir()}
	env := &Environment{Root: root, Tools: tools, NoXLA: true}

	if s, err := Status(); err != nil || s.Installed || s.Usable || s.Problem == "" {
		t.Errorf("before: %+v, %v", s, err)
	}
	if removed, err := Remove(); err != nil || removed {
		t.Errorf("removing nothing: %v, %v", removed, err)
	}
	s, err := env.Install()
	if err != nil || !s.Installed || s.Usable || !strings.Contains(s.Problem, "gonb") {
		t.Errorf("without its program: %+v, %v", s, err)
	}
	if err := os.WriteFile(tools.Path("gonb"), nil, 0o700); err != nil {
		t.Fatal(err)
	}
	if s, err = env.Install(); err != nil || !s.Usable || s.Root != root.Dir {
		t.Errorf("after: %+v, %v", s, err)
	}

	data, err := os.ReadFile(filepath.Join(s.Path, "kernel.json"))
	if err != nil {
		t.Fatal(err)
	}
	var spec kernelSpec
	if err := json.Unmarshal(data, &spec); err != nil {
		t.Fatal(err)
	}
	if spec.InterruptMode != "message" || spec.Language != "go" || !strings.Contains(strings.Join(spec.Argv, " "), "{connection_file}") {
		t.Errorf("kernel.json is %s", data)
	}
	if !strings.HasPrefix(spec.Env["PATH"], tools.Dir) || !strings.Contains(spec.Env["GOFLAGS"], "-tags=noxla") {
		t.Errorf("the kernel's variables are %v", spec.Env)
	}

	own := filepath.Join(filepath.Dir(s.Path), "gonb", "kernel.json")
	if os.MkdirAll(filepath.Dir(own), 0o755) != nil || os.WriteFile(own, []byte("{}"), 0o600) != nil {
		t.Fatal("cannot write the user's own kernelspec")
	}
	if removed, err := Remove(); err != nil || !removed {
		t.Errorf("removing: %v, %v", removed, err)
	}
	if s, err := Status(); err != nil || s.Installed {
		t.Errorf("after removing: %+v, %v", s, err)
	}
	if _, err := os.Stat(own); err != nil {
		t.Error("the user's own GoNB kernelspec is gone")
	}
}

func TestGoFlags(t *testing.T) {
	for _, c := range []struct {
		user  string
		noXLA bool
		want  string
	}{
		{"", false, "-ldflags=-s"},
		{"", true, "-ldflags=-s -tags=noxla"},
		{"-buildvcs=false -mod=mod", false, "-buildvcs=false -ldflags=-s"},
		{"-tags=a,b --mod=vendor", true, "-ldflags=-s -tags=a,b,noxla"},
		{"-tags=noxla", true, "-ldflags=-s -tags=noxla"},
		{"-ldflags=", false, "-ldflags="},
		{"'-ldflags=-s -w'  '-mod=mod' \"-modfile=a b\"", false, "'-ldflags=-s -w'"},
		{"'-tags=a b' -v", true, "-v -ldflags=-s -tags=a,b,noxla"},
	} {
		if got := goFlags(c.user, c.noXLA); got != c.want {
			t.Errorf("goFlags(%q, %v) = %q, want %q", c.user, c.noXLA, got, c.want)
		}
	}
}
