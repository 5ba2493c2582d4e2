package device

import (
	"fmt"
	"strconv"
	"strings"
)

// maxDevices bounds the number of devices of XLA's CPU plugin, beyond any use.
const maxDevices = 256

// hostDevices removes the option devices=N from the options of GOMLX_BACKEND, and returns the number of devices to
// open a plugin with. Without the option, XLA's CPU plugin is opened with as many devices as the program is going to
// use: its own default is 4, and its threads, at least as many as devices, get in each other's way on fewer cores.
// The number is 0 for other plugins.
func hostDevices(options, device string, wanted int) (others string, count int, err error) {
	var kept []string
	asked := false
	for _, option := range strings.Split(options, ",") {
		value, found := strings.CutPrefix(option, "devices=")
		if !found {
			kept = append(kept, option)
			continue
		}
		asked = true
		if count, err = strconv.Atoi(value); err != nil || count < 1 || count > maxDevices {
			return "", 0, fmt.Errorf("the option devices wants a number from 1 to %d, not %q", maxDevices, value)
		}
	}
	switch {
	case asked && device == cudaName:
		return "", 0, fmt.Errorf("the option devices is for XLA's CPU plugin: the devices of %s are the GPUs that there are", device)
	case !asked && device == cpuName:
		count = min(max(wanted, 1), maxDevices)
	}
	return strings.Join(kept, ","), count, nil
}
