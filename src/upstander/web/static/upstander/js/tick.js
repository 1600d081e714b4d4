(()=>{setInterval(()=>postMessage(0),1e3);})();
