package progcache

// Off names the environment variable that turns the cache off, whatever it is set to.
const Off = "HGN_NO_PROGRAM_CACHE"
