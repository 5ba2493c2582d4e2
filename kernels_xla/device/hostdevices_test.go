package device

import (
	"os"
	"strings"
	"testing"
)

// TestHostDevices: how many devices XLA's CPU plugin is opened with.
func TestHostDevices(t *testing.T) {
	for _, c := range []struct {
		options, device string
		wanted          int
		others          string
		count           int
		err             string
	}{
		{"", cpuName, 0, "", 1, ""},
		{"", cpuName, 4, "", 4, ""},
		{"", cpuName, 5, "", 5, ""},
		{"", cpuName, 1000, "", maxDevices, ""},
		{"", cudaName, 8, "", 0, ""},
		{"devices=2", cpuName, 8, "", 2, ""},
		{"tf32=false,devices=3,noshared_buffers", cpuName, 0, "tf32=false,noshared_buffers", 3, ""},
		{"devices=0", cpuName, 0, "", 0, "from 1 to 256"},
		{"devices=-1", cpuName, 0, "", 0, "from 1 to 256"},
		{"devices=257", cpuName, 0, "", 0, "from 1 to 256"},
		{"devices=many", cpuName, 0, "", 0, `not "many"`},
		{"devices=2", cudaName, 0, "", 0, "the GPUs that there are"},
	} {
		others, count, err := hostDevices(c.options, c.device, c.wanted)
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%q on %s: %v, want %q", c.options, c.device, err, c.err)
			}
			continue
		}
		if err != nil || others != c.others || count != c.count {
			t.Errorf("%q on %s for %d: %q, %d, %v; want %q, %d", c.options, c.device, c.wanted, others, count, err, c.others, c.count)
		}
	}
}

// TestAPI: which versions of the PJRT API are taken for good.
func TestAPI(t *testing.T) {
	for version, want := range map[[2]int]string{{0, 75}: apiTooOld, {0, 76}: apiFine, {0, 106}: apiFine, {0, 115}: apiFine, {0, 116}: apiUntested, {1, 0}: apiTooNew} {
		if got := apiMatch(version[0], version[1]); got != want {
			t.Errorf("0.%d is %q, want %q", version[1], got, want)
		}
	}
}

// TestPlugin runs where GOMLX_BACKEND names XLA's CPU plugin by its path: it works, and opens with as many devices as are
// asked for.
func TestPlugin(t *testing.T) {
	asked := requested(os.Getenv("GOMLX_BACKEND"))
	if len(asked) == 0 || asked[0].Name != "cpu" || startPlugin == nil {
		t.Skip("GOMLX_BACKEND names no CPU plugin by its path")
	}
	path := asked[0].Path
	if seen := inspect(t.Context(), path); seen.Error != "" || seen.Match != apiFine || seen.Devices != 1 {
		t.Errorf("%+v", seen)
	}
	for _, c := range []struct {
		options string
		wanted  int
		want    int
	}{{"", 0, 1}, {"", 2, 2}, {"", 8, 8}, {",devices=1", 8, 1}, {",devices=3", 0, 3}} {
		t.Setenv("GOMLX_BACKEND", "xla:"+path+c.options)
		d, err := Open(Options{Devices: c.wanted})
		if err != nil {
			t.Error(err)
			continue
		}
		if got := d.Backend.NumDevices(); got != c.want {
			t.Errorf("%q for %d: %d devices, want %d", c.options, c.wanted, got, c.want)
		}
		d.Close()
	}
}
