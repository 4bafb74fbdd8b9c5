"""The page on how a tablet or a PC comes to know the hall's authority, /trust, and that authority's certificate."""

from html import escape

CERTIFICATE = "/ca.crt"
PATH = "/trust"
CERTIFICATE_TYPE = "application/x-x509-ca-cert"

_PAGE = """<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>安装证书 · {hall}</title>
<link rel="icon" href="/screen/icon.svg">
<link rel="stylesheet" href="/screen/devices.css">
<header><h1>{hall}</h1><p>为工作用的平板、电脑安装本大厅的证书</p></header>
<main>
<h2>步骤</h2>
<ol>
<li>下载证书：<a href="/ca.crt" download="lintel-ca.crt">lintel-ca.crt</a>。</li>
<li>核对指纹。请系统管理员在大厅主机上运行 <code>lintel authority</code>，
显示的 SHA-256 指纹须与设备安装证书时显示的完全一致；不一致的，不要安装，并立即报告。</li>
<li>安装到“受信任的根证书颁发机构”。安卓：设置 → 安全 → 加密与凭据 → 安装证书 → CA 证书；
iPad：安装描述文件后，在“关于本机 → 证书信任设置”中启用；Windows：双击证书 → 安装 → 本地计算机；
Firefox：设置 → 证书 → 查看证书 → 导入。</li>
<li>用以 https:// 开头的地址打开工作页面，地址栏不再提示“不安全”即可登录。</li>
</ol>
<p>只在单位的工作设备上安装。群众查询排队进度不需要安装。</p>
</main>
</html>
"""


def trust_page(hall: str) -> str:
    """Return the page. It does not tell the fingerprint: who could forge the certificate could forge that beside it."""
    return _PAGE.format(hall=escape(hall))
