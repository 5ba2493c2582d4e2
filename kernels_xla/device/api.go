package device

import "fmt"

// The PJRT API that a plugin speaks has a version 0.minor. go-xla's sources are generated from 0.104, and it checks
// no version: an older plugin may lack a function that go-xla calls without asking, which ends the process, and a
// much newer one refuses calls whose arguments have grown, with an error. From oldestAPI on, a plugin has every
// function that go-xla calls. The tests of this module ran on plugins of 0.106 and of newestAPI.
const (
	oldestAPI = 76
	newestAPI = 115
)

const (
	apiFine     = "fine"
	apiTooOld   = "too old"
	apiTooNew   = "too new"
	apiUntested = "untested"
)

// apiMatch tells whether a plugin of an API version can be used: "fine", "too old", "too new", or "untested" for one
// that is newer than those tested and may or may not work.
func apiMatch(major, minor int) string {
	switch {
	case major > 0:
		return apiTooNew
	case minor < oldestAPI:
		return apiTooOld
	case minor > newestAPI:
		return apiUntested
	}
	return apiFine
}

// wantedAPI returns the range of usable API versions in words.
func wantedAPI() string { return fmt.Sprintf("0.%d to 0.%d", oldestAPI, newestAPI) }
