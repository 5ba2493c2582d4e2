package device

import (
	"fmt"
	"strconv"
	"strings"
)

// XLA's CPU plugin opens with pluginDevices devices, whatever the number of cores, unless it is told another number when
// its client is created; flags in XLA_FLAGS do not change that. maxDevices is a bound that is beyond any use.
const (
	pluginDevices = 4
	maxDevices    = 256
)

// hostDevices takes the option devices=N out of the options of GOMLX_BACKEND, and gives the number to open a plugin with,
// 0 for the plugin's own. Without the option it is what the program is going to use, where that is more than the plugin's.
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
	case !asked && device == cpuName && wanted > pluginDevices:
		count = min(wanted, maxDevices)
	}
	return strings.Join(kept, ","), count, nil
}
